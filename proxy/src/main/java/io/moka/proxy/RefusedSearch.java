package io.moka.proxy;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.kernel.RulesRefusedException;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import io.moka.proxy.model.IpFamily;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the services that caused a refused transaction: splits the refused services in halves until single services are left.
public final class RefusedSearch {

    /// Tries these services where no packet meets them.
    public interface Check {
        /// @throws RulesRefusedException when they are refused
        void accept(Map<ObjectKey, Map<Front, Backends>> services) throws IOException;
    }

    private final IpFamily family;
    private final Check check;
    private final Map<ServicesRefusedException.Part, String> found = new LinkedHashMap<>();

    private RefusedSearch(IpFamily family, Check check) {
        this.family = family;
        this.check = check;
    }

    /// The exception to throw instead of the cause: it names the services at fault, or, where no single one is, says that the kernel's state is
    /// not as remembered.
    ///
    /// @throws IOException when the search failed, or rules without any service are refused, too
    public static IOException explain(RulesRefusedException cause, IpFamily family, Map<ObjectKey, Map<Front, Backends>> services, Check check) throws IOException {
        var search = new RefusedSearch(family, check);
        try {
            check.accept(Map.of());
        } catch (RulesRefusedException e) {
            throw new IOException("rules without any service are refused: " + e.getMessage(), e);
        }
        search.halve(List.copyOf(services.entrySet()));
        return search.found.isEmpty() ? new IOException(cause.getMessage(), cause) : new ServicesRefusedException(search.found);
    }

    private void halve(List<Map.Entry<ObjectKey, Map<Front, Backends>>> services) throws IOException {
        var part = new LinkedHashMap<ObjectKey, Map<Front, Backends>>();
        services.forEach(entry -> part.put(entry.getKey(), entry.getValue()));
        try {
            check.accept(part);
        } catch (RulesRefusedException e) {
            if (services.size() == 1) {
                found.put(new ServicesRefusedException.Part(services.getFirst().getKey(), family), e.getMessage());
            } else {
                int half = services.size() / 2;
                halve(services.subList(0, half));
                halve(services.subList(half, services.size()));
            }
        }
    }
}
