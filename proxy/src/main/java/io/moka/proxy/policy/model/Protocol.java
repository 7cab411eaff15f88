package io.moka.proxy.policy.model;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The protocols that a NetworkPolicy distinguishes. Its rules' default is TCP.
public enum Protocol {
    TCP, UDP, SCTP;

    /// @throws IllegalArgumentException for any other
    public static Protocol of(@Nullable String name) {
        return name == null || name.isEmpty() ? TCP : valueOf(name);
    }

    static boolean isKnown(@Nullable String name) {
        return name == null || name.isEmpty() || Arrays.stream(values()).anyMatch(protocol -> protocol.name().equals(name));
    }

    /// Returns the protocol's name in nft.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
