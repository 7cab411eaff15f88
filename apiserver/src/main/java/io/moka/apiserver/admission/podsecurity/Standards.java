package io.moka.apiserver.admission.podsecurity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The Pod Security Standards: the rules of each level and the versions they hold for, in the order in which violations are reported.
final class Standards {
    /// The newest known minor version; later versions have the same rules.
    static final int NEWEST = 36;
    private static final int NEVER = Integer.MAX_VALUE;

    /// @param from       the first minor version that has the rule in this form
    /// @param until      the first minor version that has the rule in another form
    /// @param overridden the first minor version in which, at the level `restricted`, a rule of that level takes its place
    private record Row(Level level, int from, int until, int overridden, Check check) {
        boolean applies(LevelVersion asked, int minor) {
            boolean ofLevel = asked.level() == Level.RESTRICTED ? level == Level.RESTRICTED || minor < overridden : level == Level.BASELINE;
            return ofLevel && minor >= from && minor < until;
        }
    }

    private static final Set<String> SYSCTLS_1_0 = Set.of("kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies",
            "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start");
    private static final Set<String> SYSCTLS_1_27 = with(SYSCTLS_1_0, "net.ipv4.ip_local_reserved_ports");
    private static final Set<String> SYSCTLS_1_29 = with(SYSCTLS_1_27, "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes");
    private static final Set<String> SYSCTLS_1_32 = with(SYSCTLS_1_29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem");
    private static final Set<String> SELINUX_1_0 = Set.of("", "container_t", "container_init_t", "container_kvm_t");
    private static final Set<String> SELINUX_1_31 = with(SELINUX_1_0, "container_engine_t");

    private static final List<Row> ROWS = List.of(
            baseline(0, NEVER, NEVER, BaselineChecks::appArmorProfile),
            baseline(0, NEVER, 22, BaselineChecks::capabilities),
            baseline(0, NEVER, NEVER, BaselineChecks::hostNamespaces),
            baseline(0, NEVER, 0, BaselineChecks::hostPathVolumes),
            baseline(0, NEVER, NEVER, BaselineChecks::hostPorts),
            baseline(34, NEVER, NEVER, HostHandlers::check),
            baseline(0, NEVER, NEVER, BaselineChecks::privileged),
            baseline(0, 35, NEVER, BaselineChecks::procMount),
            baseline(35, NEVER, 35, pod -> BaselineChecks.procMount(pod)),
            baseline(0, 31, NEVER, pod -> SeLinuxOptions.check(pod, SELINUX_1_0)),
            baseline(31, NEVER, NEVER, pod -> SeLinuxOptions.check(pod, SELINUX_1_31)),
            baseline(0, 19, NEVER, SeccompProfile::annotations),
            baseline(19, NEVER, 19, SeccompProfile::baseline),
            baseline(0, 27, NEVER, pod -> BaselineChecks.sysctls(pod, SYSCTLS_1_0)),
            baseline(27, 29, NEVER, pod -> BaselineChecks.sysctls(pod, SYSCTLS_1_27)),
            baseline(29, 32, NEVER, pod -> BaselineChecks.sysctls(pod, SYSCTLS_1_29)),
            baseline(32, NEVER, NEVER, pod -> BaselineChecks.sysctls(pod, SYSCTLS_1_32)),
            baseline(0, NEVER, NEVER, BaselineChecks::windowsHostProcess),
            restricted(8, 25, RestrictedChecks::allowPrivilegeEscalation),
            restricted(25, NEVER, pod -> pod.windows() ? null : RestrictedChecks.allowPrivilegeEscalation(pod)),
            restricted(22, 25, RestrictedChecks::capabilities),
            restricted(25, NEVER, pod -> pod.windows() ? null : RestrictedChecks.capabilities(pod)),
            restricted(35, NEVER, BaselineChecks::procMount),
            restricted(0, NEVER, RestrictedChecks::volumes),
            restricted(0, 35, RestrictedChecks::runAsNonRoot),
            restricted(35, NEVER, pod -> RestrictedChecks.runAsNonRoot(pod)),
            restricted(23, 35, RestrictedChecks::runAsUser),
            restricted(35, NEVER, pod -> RestrictedChecks.runAsUser(pod)),
            restricted(19, 25, SeccompProfile::restricted),
            restricted(25, NEVER, pod -> pod.windows() ? null : SeccompProfile.restricted(pod)));

    private Standards() {}

    private static Row baseline(int from, int until, int overridden, Check check) {
        return new Row(Level.BASELINE, from, until, overridden, check);
    }

    private static Row restricted(int from, int until, Check check) {
        return new Row(Level.RESTRICTED, from, until, NEVER, check);
    }

    private static Set<String> with(Set<String> base, String... more) {
        Set<String> union = new HashSet<>(base);
        union.addAll(List.of(more));
        return Set.copyOf(union);
    }

    /// Returns the pod's violations of the level.
    static List<Violation> violations(LevelVersion asked, PodShape pod) {
        if (asked.level() == Level.PRIVILEGED) {
            return List.of();
        }
        int minor = Math.min(asked.minor(), NEWEST);
        List<Violation> found = new ArrayList<>();
        for (Row row : ROWS) {
            if (row.applies(asked, minor)) {
                Violation violation = row.check().violation(pod);
                if (violation != null) {
                    found.add(violation);
                }
            }
        }
        return found;
    }
}
