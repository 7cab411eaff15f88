package io.moka.kubelet.health;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The checks behind `/livez`, `/healthz` and `/readyz`. Each is made anew for every request; none may block.
///
/// @param liveness fail where a restart of the kubelet helps
/// @param readiness fail where it does not: the kubelet waits for another program
public record KubeletHealth(List<Check> liveness, List<Check> readiness) {

    /// @param problem returns what is wrong, or null
    public record Check(String name, Supplier<@Nullable String> problem) {
    }

    /// Returns what a restart would mend; empty if the kubelet is alive.
    public String notAlive() {
        return problems(liveness.stream());
    }

    /// Returns what keeps the kubelet from its work; empty if it is ready.
    public String notReady() {
        return problems(Stream.concat(liveness.stream(), readiness.stream()));
    }

    private static String problems(Stream<Check> checks) {
        return checks.flatMap(check -> Stream.ofNullable(check.problem.get()).map(problem -> check.name + ": " + problem)).collect(Collectors.joining("; "));
    }
}
