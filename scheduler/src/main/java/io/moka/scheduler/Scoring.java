package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.cache.PodInfo;
import io.moka.scheduler.cache.Snapshot;
import io.moka.scheduler.framework.ByShape;
import io.moka.scheduler.framework.CycleState;
import io.moka.scheduler.framework.PreScore;
import io.moka.scheduler.framework.Profile;
import io.moka.scheduler.framework.Score;
import io.moka.scheduler.framework.Verdict;
import io.moka.scheduler.why.Ranking;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Runs the PreScore and Score plugins of a profile to find the best of the fitting nodes. Belongs to one thread.
final class Scoring {

    /// @param shared the place of the plugin's function in [ShapeAnswers]; -1 if its answers are not shared
    private record Weighted(Score score, int weight, int shared) {
    }

    /// The best node, and how the best ones compare.
    record Best(NodeInfo node, Ranking ranking) {
    }

    private final List<PreScore> preScores;
    private final List<Weighted> scores = new ArrayList<>();
    private final RandomGenerator random;

    Scoring(Profile profile, RandomGenerator random) {
        this.preScores = profile.at(PreScore.class);
        int shared = 0;
        for (var score : profile.at(Score.class)) {
            scores.add(new Weighted(score, profile.weight(score), score instanceof ByShape ? shared++ : -1));
        }
        this.random = random;
    }

    /// The functions of the plugins whose answers pods of one shape share.
    List<ToLongFunction<NodeInfo>> sharedFunctions(CycleState state, PodInfo pod) {
        return scores.stream().filter(weighted -> weighted.shared >= 0).map(weighted -> weighted.score.score(state, pod)).toList();
    }

    /// @param answers the kept answers for the pod's shape; null to ask all plugins anew
    Best best(CycleState state, PodInfo pod, Snapshot snapshot, FittingNodes fitting, @Nullable ShapeAnswers answers) {
        var feasible = fitting.nodes();
        if (feasible.size() == 1) {
            return new Best(feasible.getFirst(), Ranking.only(feasible.getFirst().name()));
        }
        var skipped = prepare(state, pod, snapshot, feasible);
        var totals = new long[feasible.size()];
        var names = new ArrayList<String>(scores.size());
        var weighed = new ArrayList<long[]>(scores.size());
        for (var weighted : scores) {
            if (skipped.contains(weighted.score.name())) {
                continue;
            }
            var own = answers != null && weighted.shared >= 0 ? known(fitting, answers, weighted.shared) : asked(feasible, weighted.score.score(state, pod));
            weighted.score.normalize(state, pod, feasible, own);
            for (int i = 0; i < own.length; i++) {
                own[i] *= weighted.weight;
                totals[i] += own[i];
            }
            names.add(weighted.score.name());
            weighed.add(own);
        }
        int best = indexOfLargest(totals);
        return new Best(feasible.get(best), ranking(feasible, names, weighed, totals, best));
    }

    private static long[] known(FittingNodes fitting, ShapeAnswers answers, int function) {
        var scores = new long[fitting.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = answers.score(function, fitting.place(i));
        }
        return scores;
    }

    private static long[] asked(List<NodeInfo> feasible, ToLongFunction<NodeInfo> function) {
        var scores = new long[feasible.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = function.applyAsLong(feasible.get(i));
        }
        return scores;
    }

    private Set<String> prepare(CycleState state, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        var skipped = new HashSet<String>();
        for (var preScore : preScores) {
            switch (preScore.preScore(state, pod, snapshot, feasible)) {
                case Verdict.Success success -> { }
                case Verdict.Skip skip -> skipped.add(preScore.name());
                case Verdict.Unschedulable refused -> throw new IllegalStateException(preScore.name() + ": " + refused.reasons());
                case Verdict.Unresolvable refused -> throw new IllegalStateException(preScore.name() + ": " + refused.reasons());
                case Verdict.Failed failed -> throw new IllegalStateException(preScore.name() + ": " + failed.message());
            }
        }
        return skipped;
    }

    /// Among equals each has the same chance.
    private int indexOfLargest(long[] totals) {
        int best = 0;
        int equals = 1;
        for (int i = 1; i < totals.length; i++) {
            if (totals[i] > totals[best]) {
                best = i;
                equals = 1;
            } else if (totals[i] == totals[best] && random.nextInt(++equals) == 0) {
                best = i;
            }
        }
        return best;
    }

    private static Ranking ranking(List<NodeInfo> feasible, List<String> names, List<long[]> weighed, long[] totals, int best) {
        var rows = new ArrayList<Ranking.Row>(1 + Ranking.RUNNERS_UP);
        rows.add(row(feasible, weighed, totals, best));
        for (int i : runnersUp(totals, best)) {
            rows.add(row(feasible, weighed, totals, i));
        }
        return new Ranking(names, rows);
    }

    private static Ranking.Row row(List<NodeInfo> feasible, List<long[]> weighed, long[] totals, int i) {
        return new Ranking.Row(feasible.get(i).name(), totals[i], weighed.stream().mapToLong(scores -> scores[i]).toArray());
    }

    /// The places of the largest totals beside the best, the largest first.
    private static int[] runnersUp(long[] totals, int best) {
        var top = new int[Math.min(Ranking.RUNNERS_UP, totals.length - 1)];
        int filled = 0;
        for (int i = 0; i < totals.length; i++) {
            if (i == best || (filled == top.length && totals[i] <= totals[top[filled - 1]])) {
                continue;
            }
            int place = filled < top.length ? filled++ : filled - 1;
            while (place > 0 && totals[top[place - 1]] < totals[i]) {
                top[place] = top[place - 1];
                place--;
            }
            top[place] = i;
        }
        return top;
    }
}
