package io.moka.scheduler;

import io.moka.scheduler.SchedulingResult.Nomination;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.PodShape;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ClusterEvent;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.Filters;
import io.moka.scheduler.framework.Plugin;
import io.moka.scheduler.framework.PostFilter;
import io.moka.scheduler.framework.Profile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the best node for one pod: Filter plugins decide which nodes fit, Score plugins which one is best, PostFilter plugins make room if none fits.
///
/// In a large cluster the search stops when enough fitting nodes are found, and the next search begins where it ended, so that over time all nodes are
/// considered. Follows upstream's `schedulePod` and its adaptive share of nodes. The same pods, snapshots and random numbers give the same placement, whether
/// pods of one shape share their answers ([ShapeAnswers]) or not. Belongs to one thread.
final class SchedulingCycle {

    private static final int ALWAYS_ENOUGH = 100;
    private static final int MOST_SHAPES = 32;

    /// The plugin that is recorded as refusing a pod when the cluster has no nodes; a new node helps the pod.
    private static final Plugin ANY_NODE = new Plugin() {
        @Override
        public String name() {
            return "AnyNode";
        }

        @Override
        public Set<ClusterEvent> helpedBy() {
            return Set.of(ClusterEvent.NODE_ADDED);
        }
    };

    private final Filters filters;
    private final List<PostFilter> postFilters;
    private final Scoring scoring;
    private final int percentageOfNodes;

    private final boolean sharing;
    private final Map<PodShape, ShapeAnswers> shapes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PodShape, ShapeAnswers> eldest) {
            return size() > MOST_SHAPES;
        }
    };
    private int start;

    SchedulingCycle(Profile profile, RandomGenerator random) {
        this(profile, random, true);
    }

    /// @param sharing whether pods of one shape share the answers of the [io.moka.scheduler.framework.ByShape] plugins
    SchedulingCycle(Profile profile, RandomGenerator random, boolean sharing) {
        this.sharing = sharing;
        this.filters = new Filters(profile);
        this.postFilters = profile.at(PostFilter.class);
        this.scoring = new Scoring(profile, random);
        this.percentageOfNodes = profile.percentageOfNodesToScore();
    }

    SchedulingResult run(PodInfo pod, Snapshot snapshot) {
        var nodes = snapshot.nodes();
        if (nodes.isEmpty()) {
            return new SchedulingResult.Unschedulable("no nodes available to schedule pods", Set.of(ANY_NODE), new Nomination.Cleared(), List.of(), 0, "");
        }
        var state = new CycleState();
        var refusals = new Refusals(nodes.size());
        switch (filters.prepare(state, pod, snapshot)) {
            case Filters.Prepared.Refused(var plugin, var verdict) -> refusals.all(plugin, verdict);
            case Filters.Prepared.Ready(var only, var narrowedBy) -> {
                var candidates = only == null ? null : places(only, snapshot);
                if (only != null) {
                    refusals.others(narrowedBy);
                }
                var shared = sharing ? shapes.computeIfAbsent(pod.shape(), shape -> answers(state, pod)) : null;
                var found = search(new NodeQuestions(filters, state, pod, snapshot, shared), pod, snapshot, candidates, refusals);
                if (found.size() > 0) {
                    var best = scoring.best(state, pod, snapshot, found, shared);
                    return new SchedulingResult.Scheduled(best.node(), found.size() + refusals.count(), found.size(), state, best.ranking());
                }
            }
        }
        return makeRoom(state, pod, snapshot, refusals);
    }

    private ShapeAnswers answers(CycleState state, PodInfo pod) {
        return new ShapeAnswers(filters.sharedQuestions(state, pod), scoring.sharedFunctions(state, pod));
    }

    private static int[] places(Set<String> names, Snapshot snapshot) {
        return names.stream().mapToInt(snapshot::place).filter(place -> place >= 0).toArray();
    }

    /// @param candidates the snapshot's indices of the only nodes to check, or null for all nodes
    private FittingNodes search(NodeQuestions questions, PodInfo pod, Snapshot snapshot, int @Nullable [] candidates, Refusals refusals) {
        var nodes = snapshot.nodes();
        int nominated = snapshot.place(pod.nominatedNode());
        if (nominated >= 0 && questions.ask(nominated, nodes.get(nominated)) == null) {
            var one = new FittingNodes(1);
            one.add(nodes.get(nominated), nominated);
            return one;
        }
        int size = candidates == null ? nodes.size() : candidates.length;
        int wanted = enough(size);
        var fitting = new FittingNodes(wanted);
        int looked = 0;
        for (; looked < size && fitting.size() < wanted; looked++) {
            int turn = (start + looked) % size;
            int place = candidates == null ? turn : candidates[turn];
            var node = nodes.get(place);
            var refusal = questions.ask(place, node);
            if (refusal == null) {
                fitting.add(node, place);
            } else {
                refusals.add(node, refusal);
            }
        }
        start = (start + looked) % nodes.size();
        return fitting;
    }

    /// Returns how many fitting nodes are enough to choose among: up to 100 nodes all of them; beyond that the profile's percentage, by default half of
    /// a small cluster down to a twentieth of a very large one, but at least 100.
    private int enough(int nodes) {
        if (nodes <= ALWAYS_ENOUGH) {
            return nodes;
        }
        int percent = percentageOfNodes > 0 ? percentageOfNodes : Math.max(5, 50 - nodes / 125);
        return Math.min(nodes, Math.max(ALWAYS_ENOUGH, nodes * percent / 100));
    }

    private SchedulingResult makeRoom(CycleState state, PodInfo pod, Snapshot snapshot, Refusals refusals) {
        var tried = new ArrayList<String>(1);
        for (var postFilter : postFilters) {
            switch (postFilter.postFilter(state, pod, snapshot, filters, refusals.byNode())) {
                case PostFilter.Result.Nominated(var node, var done) -> {
                    return unschedulable(state, pod, snapshot, refusals, tried, done, new Nomination.Made(node));
                }
                case PostFilter.Result.UnderWay(var why) -> {
                    tried.add(why);
                    return unschedulable(state, pod, snapshot, refusals, tried, why, new Nomination.Kept());
                }
                case PostFilter.Result.NotHelped(var why) -> tried.add(why);
            }
        }
        return unschedulable(state, pod, snapshot, refusals, tried, String.join(" ", tried), new Nomination.Cleared());
    }

    private static SchedulingResult unschedulable(CycleState state, PodInfo pod, Snapshot snapshot, Refusals refusals, List<String> said, String preemption,
            Nomination nomination) {
        var message = Stream.concat(Stream.of(refusals.message()), said.stream()).collect(Collectors.joining(" "));
        return new SchedulingResult.Unschedulable(message, refusals.plugins(), nomination, refusals.explain(state, pod, snapshot), refusals.count(), preemption);
    }
}
