package io.moka.proxy.iptables;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// The names of the proxy's iptables chains.
///
/// @param prefix the prefix of all names; upstream's is `KUBE`
record Names(String prefix) {

    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int HASH_LENGTH = 16;

    /// Returns the proxy's chains that the lines of `iptables-save` declare.
    List<String> among(List<String> saved) {
        return saved.stream().filter(line -> line.startsWith(":" + prefix + "-")).map(line -> line.substring(1, line.indexOf(' '))).toList();
    }

    String services() {
        return prefix + "-SERVICES";
    }

    String external() {
        return prefix + "-EXTERNAL-SERVICES";
    }

    String nodePorts() {
        return prefix + "-NODEPORTS";
    }

    String postrouting() {
        return prefix + "-POSTROUTING";
    }

    String markMasquerade() {
        return prefix + "-MARK-MASQ";
    }

    String firewall() {
        return prefix + "-PROXY-FIREWALL";
    }

    String forward() {
        return prefix + "-FORWARD";
    }

    /// Returns the name of the chain of a kind (`SVC`, `SVL`, `EXT`, `FW`, `SEP`) for the object that `thing` identifies.
    String hashed(String kind, String thing) {
        return prefix + "-" + kind + "-" + hash(thing);
    }

    /// Returns the first 16 base-32 digits of the SHA-256 of the text.
    private static String hash(String thing) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(thing.getBytes(StandardCharsets.UTF_8));
            var text = new StringBuilder();
            for (int i = 0; i < HASH_LENGTH; i++) {
                int bit = i * 5;
                int pair = (digest[bit / 8] & 0xff) << 8 | digest[bit / 8 + 1] & 0xff;
                text.append(BASE32.charAt(pair >> 11 - bit % 8 & 31));
            }
            return text.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
