package io.moka.proxy.ipvs;

import io.moka.proxy.model.Endpoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The endpoints of a virtual service, and how IPVS chooses among them.
///
/// @param affinitySeconds 0 for a new choice with each connection
/// @param members weight by endpoint: 1, or 0 for one that gets no new connections
record Pool(String scheduler, int affinitySeconds, Map<Endpoint, Integer> members) {

    /// Returns this pool with weight 0 for every endpoint, so that none gets new connections.
    Pool drained() {
        return keeping(Set.of());
    }

    private Pool keeping(Set<Endpoint> wanted) {
        var weights = new LinkedHashMap<>(members);
        weights.replaceAll((endpoint, weight) -> wanted.contains(endpoint) ? weight : 0);
        return new Pool(scheduler, affinitySeconds, weights);
    }

    Pool without(Set<Endpoint> gone) {
        var weights = new LinkedHashMap<>(members);
        weights.keySet().removeAll(gone);
        return new Pool(scheduler, affinitySeconds, weights);
    }

    boolean isDraining() {
        return members.containsValue(0);
    }

    /// Returns this pool together with the endpoints of an earlier state that are not wanted any more: the state after new endpoints were added and before old
    /// ones are removed.
    Pool with(@Nullable Pool earlier) {
        var weights = new LinkedHashMap<>(earlier == null ? Map.of() : earlier.members);
        weights.putAll(members);
        return new Pool(scheduler, affinitySeconds, weights);
    }

    /// Returns this pool without the unwanted endpoints. If `graceful`, they stay with weight 0, so that their connections end by themselves and no new ones
    /// come.
    Pool reducedTo(Set<Endpoint> wanted, boolean graceful) {
        if (graceful) {
            return keeping(wanted);
        }
        var weights = new LinkedHashMap<>(members);
        weights.keySet().retainAll(wanted);
        return new Pool(scheduler, affinitySeconds, weights);
    }

    /// The lines for `ipvsadm --restore` that lead from one state of a virtual service to another; null is a service that is not there.
    static List<String> commands(VirtualService service, @Nullable Pool before, @Nullable Pool after, Scheduler scheduler) {
        var commands = new ArrayList<String>();
        var option = service.option();
        if (after == null) {
            if (before != null) {
                commands.add("-D " + option);
            }
            return commands;
        }
        if (before == null || !before.scheduler.equals(after.scheduler) || before.affinitySeconds != after.affinitySeconds) {
            commands.add((before == null ? "-A " : "-E ") + option + " " + scheduler.options() + (after.affinitySeconds > 0 ? " -p " + after.affinitySeconds : ""));
        }
        var had = before == null ? Map.<Endpoint, Integer>of() : before.members;
        after.members.forEach((endpoint, weight) -> {
            if (!weight.equals(had.get(endpoint))) {
                commands.add((had.containsKey(endpoint) ? "-e " : "-a ") + option + " -r " + endpoint + " -m -w " + weight);
            }
        });
        had.keySet().stream().filter(endpoint -> !after.members.containsKey(endpoint)).forEach(endpoint -> commands.add("-d " + option + " -r " + endpoint));
        return commands;
    }
}
