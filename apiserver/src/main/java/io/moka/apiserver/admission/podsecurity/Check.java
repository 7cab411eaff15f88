package io.moka.apiserver.admission.podsecurity;

import org.jspecify.annotations.Nullable;

/// One rule of the Pod Security Standards.
@FunctionalInterface
interface Check {
    @Nullable Violation violation(PodShape pod);
}
