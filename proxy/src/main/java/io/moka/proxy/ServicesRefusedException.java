package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Thrown when the kernel refused the rules of some services.
public final class ServicesRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    /// A service's fronts of one family.
    public record Part(ObjectKey service, IpFamily family) {

        @Override
        public String toString() {
            return service + " (" + family.addressType() + ")";
        }
    }

    private final transient Map<Part, String> reasons;

    /// @param reasons why each part was refused, in the kernel's or the tool's own words
    public ServicesRefusedException(Map<Part, String> reasons) {
        super(reasons.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue()).collect(Collectors.joining("; ")));
        this.reasons = Map.copyOf(reasons);
    }

    /// The services at fault, each with the reason.
    public Map<Part, String> reasons() {
        return new LinkedHashMap<>(reasons);
    }
}
