package io.moka.proxy.kernel;

import java.io.IOException;

/// Thrown when the kernel refused a whole transaction; its rules are unchanged.
public final class RulesRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    /// @param reason the kernel's or nft's own words, without the place in the transaction
    public RulesRefusedException(String reason) {
        super(reason);
    }
}
