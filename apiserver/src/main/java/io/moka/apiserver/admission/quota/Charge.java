package io.moka.apiserver.admission.quota;

import io.moka.apiserver.core.admission.AdmissionRequest;
import io.moka.apiserver.core.status.ApiException;
import io.moka.machinery.quota.ResourceList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The charge of one request to the quotas of its namespace, and its settlement.
///
/// @param delta the amounts by quota, of the resources that the quota limits
record Charge(AdmissionRequest request, Map<String, ResourceList> delta, Settlement settlement) {

    Charge(AdmissionRequest request, Map<String, ResourceList> delta) {
        this(request, delta, new Settlement());
    }

    /// Guarded by the lock of the ledger's stripe.
    static final class Settlement {
        boolean settled;
        @Nullable RuntimeException refusal;
        final List<String> paid = new ArrayList<>();
    }

    /// Returns the names of the resources that would exceed the limit; empty if none would.
    static Set<String> exceeded(ResourceList delta, ResourceList used, ResourceList hard) {
        Set<String> exceeded = new TreeSet<>();
        ResourceList after = used.plus(delta);
        delta.amounts().forEach((name, amount) -> {
            var limit = hard.get(name);
            if (limit != null && amount.signum() > 0 && after.amounts().get(name).compareTo(limit) > 0) {
                exceeded.add(name);
            }
        });
        return exceeded;
    }

    static ApiException refusal(AdmissionRequest request, String quota, Set<String> exceeded, ResourceList delta, ResourceList used, ResourceList hard) {
        return forbidden(request, "exceeded quota: " + quota + ", requested: " + delta.only(exceeded) + ", used: " + used.only(exceeded) + ", limited: " + hard.only(exceeded));
    }

    static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.type().group(), request.type().plural(), request.name(), why);
    }
}
