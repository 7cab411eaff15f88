package io.moka.scheduler.cache;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counts of pods by domain: by the value of one topology key. The cost of a copy depends on the number of changes made in it, not on the number of domains.
public final class DomainCounts {

    private final @Nullable DomainCounts base;
    private final Map<String, Long> own = new HashMap<>();
    private long total;
    // the minimum, or -1 before it is asked for
    private long minimum = -1;
    // null until the minimum is asked for; then kept up to date
    private @Nullable TreeMap<Long, Integer> domainsByCount;

    private DomainCounts(@Nullable DomainCounts base) {
        this.base = base;
        this.total = base == null ? 0 : base.total;
    }

    public DomainCounts() {
        this(null);
    }

    /// A copy to be changed; while it is in use, this one is not changed.
    public DomainCounts copy() {
        if (base == null) {
            return new DomainCounts(this);
        }
        var copy = new DomainCounts(base);
        copy.own.putAll(own);
        copy.total = total;
        return copy;
    }

    /// A domain comes into being with its first addition, be it of 0.
    public void add(String domain, long count) {
        long before = get(domain);
        boolean known = own.put(domain, before + count) != null;
        total += count;
        minimum = -1;
        if (domainsByCount != null) {
            if (known) {
                domainsByCount.computeIfPresent(before, (b, domains) -> domains == 1 ? null : domains - 1);
            }
            domainsByCount.merge(before + count, 1, Integer::sum);
        }
    }

    /// As [#add], but a domain without pods does not exist. Only for counts that are no copy.
    void addOccupied(String domain, long count) {
        add(domain, count);
        if (own.get(domain) == 0) {
            own.remove(domain);
            domainsByCount = null;
            minimum = -1;
        }
    }

    /// 0 for a domain that does not exist.
    public long get(String domain) {
        var count = own.get(domain);
        if (count != null) {
            return count;
        }
        return base == null ? 0 : base.own.getOrDefault(domain, 0L);
    }

    public boolean has(String domain) {
        return own.containsKey(domain) || (base != null && base.own.containsKey(domain));
    }

    /// The domains; only of counts that are no copy.
    public Set<String> names() {
        return own.keySet();
    }

    public long total() {
        return total;
    }

    public int domains() {
        return base == null ? own.size() : base.own.size() + (int) own.keySet().stream().filter(domain -> !base.own.containsKey(domain)).count();
    }

    /// The smallest count of all domains; 0 if there are none.
    public long minimum() {
        if (minimum < 0) {
            minimum = findMinimum();
        }
        return minimum;
    }

    private long findMinimum() {
        if (base == null) {
            return histogram().isEmpty() ? 0 : histogram().firstKey();
        }
        var replaced = new HashMap<Long, Integer>();
        long least = Long.MAX_VALUE;
        for (var entry : own.entrySet()) {
            least = Math.min(least, entry.getValue());
            var before = base.own.get(entry.getKey());
            if (before != null) {
                replaced.merge(before, 1, Integer::sum);
            }
        }
        for (var entry : base.histogram().entrySet()) {
            if (entry.getValue() > replaced.getOrDefault(entry.getKey(), 0)) {
                return Math.min(least, entry.getKey());
            }
        }
        return least == Long.MAX_VALUE ? 0 : least;
    }

    private TreeMap<Long, Integer> histogram() {
        var known = domainsByCount;
        if (known == null) {
            known = new TreeMap<>();
            for (var count : own.values()) {
                known.merge(count, 1, Integer::sum);
            }
            domainsByCount = known;
        }
        return known;
    }
}
