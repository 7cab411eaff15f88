package io.moka.scheduler;

import io.moka.scheduler.cache.NodeInfo;
import io.moka.scheduler.framework.Filters;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The answers of the [io.moka.scheduler.framework.ByShape] plugins about each node for pods of one shape: the first refusal, or the raw scores.
///
/// An answer is computed on the first request and kept until the node changes, which the version of its [NodeInfo] shows. So after a binding each shape
/// computes one node anew, and a further pod of the shape costs one comparison for each node. Belongs to the scheduling thread.
final class ShapeAnswers {

    private static final long NEVER = -1;

    private final Filters.Questions questions;
    private final List<ToLongFunction<NodeInfo>> functions;

    // by the node's place in the snapshot: the version that was judged, its refusal, and its scores by function if it fits
    private long[] versions = new long[0];
    private Filters.@Nullable Refusal[] refusals = new Filters.Refusal[0];
    private final long[][] scores;

    ShapeAnswers(Filters.Questions questions, List<ToLongFunction<NodeInfo>> functions) {
        this.questions = questions;
        this.functions = functions;
        this.scores = new long[functions.size()][0];
    }

    /// Returns the refusal, or null if the node fits as far as the shape is concerned.
    Filters.@Nullable Refusal ask(int place, NodeInfo node) {
        if (place >= versions.length) {
            grow(place + 1);
        }
        if (versions[place] != node.version()) {
            judge(place, node);
        }
        return refusals[place];
    }

    /// The raw score of a node that [#ask] has found to fit.
    long score(int function, int place) {
        return scores[function][place];
    }

    private void judge(int place, NodeInfo node) {
        var refusal = questions.ask(node);
        refusals[place] = refusal;
        if (refusal == null) {
            for (int i = 0; i < scores.length; i++) {
                scores[i][place] = functions.get(i).applyAsLong(node);
            }
        }
        versions[place] = node.version();
    }

    private void grow(int least) {
        int known = versions.length;
        int length = Math.max(least, known + known / 2);
        versions = Arrays.copyOf(versions, length);
        Arrays.fill(versions, known, length, NEVER);
        refusals = Arrays.copyOf(refusals, length);
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Arrays.copyOf(scores[i], length);
        }
    }
}
