package io.moka.proxy.path;

import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the service that a name means, as the cluster's DNS server does along the search path of a pod.
final class NameSearch {

    private static final String DOMAIN = "cluster.local";

    /// @param name the full name that is answered
    record Found(ObjectKey service, String name) {
    }

    private NameSearch() {
    }

    /// Returns null if no service has the name in any domain of the search path.
    ///
    /// @param namespace the asking pod's
    static @Nullable Found service(String name, String namespace, Predicate<ObjectKey> exists) {
        var plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        var domains = name.endsWith(".") ? List.of("") : List.of("." + namespace + ".svc." + DOMAIN, ".svc." + DOMAIN, "." + DOMAIN, "");
        for (var domain : domains) {
            var labels = (plain + domain).split("\\.");
            if (labels.length == 5 && labels[2].equals("svc") && (labels[3] + "." + labels[4]).equals(DOMAIN)) {
                var key = new ObjectKey(labels[1], labels[0]);
                if (exists.test(key)) {
                    return new Found(key, plain + domain);
                }
            }
        }
        return null;
    }
}
