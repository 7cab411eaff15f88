package io.moka.proxy.policy.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A range of peers, and a range of ports that they may use or be used at.
public record Box(Range peers, Ports ports) {

    /// The same peers and ports in boxes of which no two have a peer and port in common: the kernel's sets of ranges take no others.
    ///
    /// The addresses are cut at every end of a range; between two cuts the same boxes hold for all addresses, and their ports are united.
    static List<Box> disjoint(Collection<Box> boxes) {
        var waiting = new ArrayList<>(boxes);
        waiting.sort(Comparator.comparing(box -> box.peers().first()));
        var cuts = new TreeSet<Address>();
        for (var box : boxes) {
            cuts.add(box.peers().first());
            if (!isLastOfFamily(box.peers().last())) {
                cuts.add(box.peers().last().next());
            }
        }
        var disjoint = new ArrayList<Box>();
        var active = new ArrayList<Box>();
        int next = 0;
        for (var start : cuts) {
            active.removeIf(box -> !box.peers().contains(start));
            while (next < waiting.size() && waiting.get(next).peers().first().equals(start)) {
                active.add(waiting.get(next++));
            }
            if (!active.isEmpty()) {
                var peers = new Range(start, end(start, cuts, active));
                united(active).forEach(ports -> disjoint.add(new Box(peers, ports)));
            }
        }
        return merged(disjoint);
    }

    private static boolean isLastOfFamily(Address address) {
        return address.equals(Range.ALL_IPV4.last()) || address.equals(Range.ALL_IPV6.last());
    }

    private static Address end(Address start, TreeSet<Address> cuts, List<Box> active) {
        var next = cuts.higher(start);
        return next != null && next.family() == start.family() ? next.previous() : active.getFirst().peers().last();
    }

    private static List<Ports> united(List<Box> boxes) {
        var spans = new EnumMap<Protocol, List<Ports.Span>>(Protocol.class);
        for (var box : boxes) {
            switch (box.ports()) {
                case Ports.Any any -> {
                    return List.of(any);
                }
                case Ports.Span span -> spans.computeIfAbsent(span.protocol(), protocol -> new ArrayList<>()).add(span);
            }
        }
        var united = new ArrayList<Ports>();
        spans.values().forEach(list -> united.addAll(united(list.getFirst().protocol(), list)));
        return united;
    }

    private static List<Ports> united(Protocol protocol, List<Ports.Span> spans) {
        spans.sort(Comparator.comparingInt(Ports.Span::first));
        var united = new ArrayList<Ports>();
        int first = spans.getFirst().first();
        int last = spans.getFirst().last();
        for (var span : spans) {
            if (span.first() > last + 1) {
                united.add(new Ports.Span(protocol, first, last));
                first = span.first();
            }
            last = Math.max(last, span.last());
        }
        united.add(new Ports.Span(protocol, first, last));
        return united;
    }

    /// Joins boxes with the same ports whose addresses follow each other.
    private static List<Box> merged(List<Box> boxes) {
        var merged = new ArrayList<Box>();
        boxes.stream().collect(Collectors.groupingBy(Box::ports, LinkedHashMap::new, Collectors.toList()))
                .forEach((ports, same) -> {
                    var open = same.getFirst().peers();
                    for (var box : same.subList(1, same.size())) {
                        if (!isLastOfFamily(open.last()) && open.last().next().equals(box.peers().first())) {
                            open = new Range(open.first(), box.peers().last());
                        } else {
                            merged.add(new Box(open, ports));
                            open = box.peers();
                        }
                    }
                    merged.add(new Box(open, ports));
                });
        return merged;
    }
}
