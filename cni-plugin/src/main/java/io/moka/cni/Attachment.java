package io.moka.cni;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/// One interface of one container, named by the runtime through `CNI_*` variables.
///
/// @param namespace path of the container's network namespace; empty when it is gone
record Attachment(String containerId, String interfaceName, String namespace) {

    private static final Pattern CONTAINER_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.\\-]*");
    private static final Pattern INTERFACE = Pattern.compile("[^\\s/:]{1,15}");

    static Attachment of(Map<String, String> environment) {
        var container = required(environment, "CNI_CONTAINERID", CONTAINER_ID);
        return new Attachment(container, required(environment, "CNI_IFNAME", INTERFACE), environment.getOrDefault("CNI_NETNS", ""));
    }

    static Attachment withNamespace(Map<String, String> environment) {
        var attachment = of(environment);
        if (attachment.namespace.isEmpty()) {
            throw new CniException(CniException.INVALID_ENVIRONMENT, "required env variables [CNI_NETNS] missing", "");
        }
        if (!Files.exists(Path.of(attachment.namespace))) {
            throw new CniException(CniException.UNKNOWN_CONTAINER, "no network namespace at " + attachment.namespace, "");
        }
        return attachment;
    }

    /// The host's end of the cable: the same name whenever the same attachment is meant.
    String hostInterface() {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest((containerId + "/" + interfaceName).getBytes(StandardCharsets.UTF_8));
            return "veth" + HexFormat.of().formatHex(digest, 0, 5);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String required(Map<String, String> environment, String name, Pattern form) {
        var value = environment.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new CniException(CniException.INVALID_ENVIRONMENT, "required env variables [" + name + "] missing", "");
        }
        if (!form.matcher(value).matches()) {
            throw new CniException(CniException.INVALID_ENVIRONMENT, "invalid " + name + ": \"" + value + "\"", "");
        }
        return value;
    }
}
