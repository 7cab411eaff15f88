package io.moka.apiserver.podsecurity;

import org.jspecify.annotations.Nullable;

/// One of the standards' rules.
@FunctionalInterface
interface Check {
    @Nullable Violation violation(PodShape pod);
}
