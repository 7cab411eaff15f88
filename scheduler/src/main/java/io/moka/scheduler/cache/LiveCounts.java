package io.moka.scheduler.cache;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts the pods that match a selection, by domain, over all nodes; the counts are kept from one cycle to the next. The cost of reading a count grows with
/// the number of pods that have come and gone since it was last read. When nodes come, go, or move to another domain, the pods are counted anew. Belongs to the
/// scheduling thread.
final class LiveCounts {

    /// The largest number of domains in all counts together; beyond that, the least recently used counts are dropped.
    private static final int MOST_DOMAINS = 500_000;
    private static final int MOST_COUNTS = 1_000;
    private static final int MOST_CHANGES = 20_000;

    /// @param everyDomain whether domains without such pods exist too
    private record Question(PodSelection selection, String topologyKey, boolean everyDomain) {
    }

    private record Change(PodInfo pod, Map<String, String> labels, int by) {
    }

    private static final class Answer {
        private DomainCounts counts = new DomainCounts();
        // the number of the first change that is not in the counts, or -1 before the first count
        private long upTo = -1;
    }

    private final Map<Question, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<String> topologyKeys = new HashSet<>();
    // the change number `first` and those after it
    private final List<Change> changes = new ArrayList<>();
    private long first;

    /// Records that a node has changed, is new, or is gone.
    void replaced(@Nullable NodeInfo before, @Nullable NodeInfo after) {
        if (answers.isEmpty()) {
            return;
        }
        if (before == null || after == null || hasMoved(before.labels(), after.labels())) {
            answers.clear();
            changes.clear();
            topologyKeys.clear();
        } else if (before.pods() != after.pods()) {
            difference(before.pods(), after.pods(), after.labels());
        }
    }

    /// Whether the node is in another domain of a topology key that has been asked for.
    private boolean hasMoved(Map<String, String> before, Map<String, String> after) {
        if (before != after) {
            for (var key : topologyKeys) {
                if (!Objects.equals(before.get(key), after.get(key))) {
                    return true;
                }
            }
        }
        return false;
    }

    private void difference(List<PodInfo> before, List<PodInfo> after, Map<String, String> labels) {
        int shorter = Math.min(before.size(), after.size());
        int start = 0;
        while (start < shorter && before.get(start) == after.get(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && before.get(before.size() - 1 - end) == after.get(after.size() - 1 - end)) {
            end++;
        }
        before.subList(start, before.size() - end).forEach(pod -> changes.add(new Change(pod, labels, -1)));
        after.subList(start, after.size() - end).forEach(pod -> changes.add(new Change(pod, labels, 1)));
        if (changes.size() > MOST_CHANGES) {
            int half = changes.size() / 2;
            changes.subList(0, half).clear();
            first += half;
        }
    }

    /// The counts now; they are not to be changed, and are valid until a node is replaced.
    DomainCounts of(PodSelection selection, String topologyKey, boolean everyDomain, List<NodeInfo> nodes) {
        var question = new Question(selection, topologyKey, everyDomain);
        var answer = answers.computeIfAbsent(question, q -> new Answer());
        topologyKeys.add(topologyKey);
        if (answer.upTo < first) {
            answer.counts = count(question, nodes);
            answer.upTo = first + changes.size();
            dropOldest(answer);
        }
        for (; answer.upTo < first + changes.size(); answer.upTo++) {
            var change = changes.get((int) (answer.upTo - first));
            if (selection.matches(change.pod)) {
                add(answer.counts, question, change.labels, change.by);
            }
        }
        return answer.counts;
    }

    private static DomainCounts count(Question question, List<NodeInfo> nodes) {
        var counts = new DomainCounts();
        for (var node : nodes) {
            add(counts, question, node.labels(), node.count(question.selection));
        }
        return counts;
    }

    private static void add(DomainCounts counts, Question question, Map<String, String> labels, int by) {
        var domain = labels.get(question.topologyKey);
        if (domain != null && question.everyDomain) {
            counts.add(domain, by);
        } else if (domain != null && by != 0) {
            counts.addOccupied(domain, by);
        }
    }

    private void dropOldest(Answer kept) {
        long domains = answers.values().stream().mapToLong(answer -> answer.counts.domains()).sum();
        var oldest = answers.values().iterator();
        while (oldest.hasNext() && (domains > MOST_DOMAINS || answers.size() > MOST_COUNTS)) {
            var answer = oldest.next();
            if (answer != kept) {
                domains -= answer.counts.domains();
                oldest.remove();
            }
        }
    }
}
