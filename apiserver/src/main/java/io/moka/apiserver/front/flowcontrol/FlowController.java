package io.moka.apiserver.front.flowcontrol;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.moka.apiserver.core.access.Attributes;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.Catalog;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Implements priority and fairness: finds the flow schema of a request, and asks its priority level for a seat, as upstream's `flowcontrol` does.
///
/// The configuration is recomputed when a flow schema or a priority level has changed.
public final class FlowController implements FlowControl {
    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final int OBJECTS_A_SEAT = 100;
    private static final int MAX_SEATS = 10;

    /// Returns the number of objects of a resource; negative when it is unknown.
    @FunctionalInterface
    public interface ObjectCounts {
        int of(String group, String version, String resource);
    }

    private record Configuration(long schemaRevision, long levelRevision, List<FlowSchema> schemas, Map<String, PriorityLevel> levels) {}

    private record Series(String schema, String level, String reason) {}

    private final ObjectReader objects;
    private final ResourceType schemaType;
    private final ResourceType levelType;
    private final int totalSeats;
    private final ObjectCounts counts;
    private final MeterRegistry metrics;
    private final ConcurrentMap<Series, Counter> refusals = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Boolean> measured = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Timer> waits = new ConcurrentHashMap<>();
    private final ReentrantLock reconfiguring = new ReentrantLock();
    private volatile Configuration configuration = new Configuration(-1, -1, List.of(), Map.of());

    /// @param totalSeats the number of requests that are processed at the same time, over all levels
    public FlowController(Catalog catalog, ObjectReader objects, int totalSeats, ObjectCounts counts, MeterRegistry metrics) {
        this.objects = objects;
        this.totalSeats = totalSeats;
        this.counts = counts;
        this.metrics = metrics;
        schemaType = catalog.get(GROUP, "v1", "flowschemas");
        levelType = catalog.get(GROUP, "v1", "prioritylevelconfigurations");
        configure(-1, -1, List.of(), List.of());
    }

    @Override
    public Admission enter(Attributes request, long listLimit, long waitUntilNanos) {
        Configuration current = current();
        FlowSchema schema = schemaOf(current, request);
        PriorityLevel level = current.levels().get(schema.level());
        if (level == null) {
            throw new IllegalStateException("no priority level " + schema.level());
        }
        LevelSpec spec = level.spec();
        if (spec.exempt()) {
            return switch (level.enter(0, 1, waitUntilNanos)) {
                case PriorityLevel.Entry.Seated(Runnable release) -> new Admission.Admitted(release, schema.uid(), spec.uid());
                case PriorityLevel.Entry.Refused(String reason) -> new Admission.Refused(reason, schema.uid(), spec.uid());
            };
        }
        long begun = System.nanoTime();
        boolean crowded = level.waiting() > 0 || level.seatsInUse() >= level.limit();
        var entry = level.enter(ShuffleSharding.hash(schema.name(), schema.flowOf(request)), seats(request, listLimit, level), waitUntilNanos);
        if (crowded) {
            waits.computeIfAbsent(spec.name(), this::waitTimer).record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
        }
        return switch (entry) {
            case PriorityLevel.Entry.Seated(Runnable release) -> new Admission.Admitted(release, schema.uid(), spec.uid());
            case PriorityLevel.Entry.Refused(String reason) -> {
                refusals.computeIfAbsent(new Series(schema.name(), spec.name(), reason), this::refusalCounter).increment();
                yield new Admission.Refused(reason, schema.uid(), spec.uid());
            }
        };
    }

    /// Returns the flow schema that a request belongs to.
    FlowSchema schemaOf(Attributes request) {
        return schemaOf(current(), request);
    }

    private static FlowSchema schemaOf(Configuration current, Attributes request) {
        for (FlowSchema schema : current.schemas()) {
            if (schema.fits(request)) {
                return schema;
            }
        }
        return current.schemas().getLast();
    }

    /// Returns the number of seats of a request. A list takes one for each hundred objects that it reads, up to ten, and at most 15 % of the level's.
    private int seats(Attributes request, long listLimit, PriorityLevel level) {
        if (!request.verb().equals("list") && !request.verb().equals("watch") && !request.verb().equals("deletecollection") || !request.name().isEmpty()) {
            return 1;
        }
        int stored = counts.of(request.group(), request.version(), request.resource());
        long looked = listLimit > 0 && listLimit < stored ? listLimit : stored;
        long wanted = stored < 0 ? 1 : (looked + OBJECTS_A_SEAT - 1) / OBJECTS_A_SEAT;
        return (int) Math.max(1, Math.min(wanted, Math.min(MAX_SEATS, level.limit() * 15 / 100)));
    }

    private Configuration current() {
        Configuration known = configuration;
        long schemaRevision = objects.revision(schemaType);
        long levelRevision = objects.revision(levelType);
        if ((known.schemaRevision() != schemaRevision || known.levelRevision() != levelRevision) && reconfiguring.tryLock()) {
            try {
                configure(schemaRevision, levelRevision, objects.list(schemaType, ""), objects.list(levelType, ""));
            } finally {
                reconfiguring.unlock();
            }
        }
        return configuration;
    }

    private void configure(long schemaRevision, long levelRevision, List<ObjectNode> schemaObjects, List<ObjectNode> levelObjects) {
        Map<String, LevelSpec> specs = new LinkedHashMap<>();
        BootstrapFlows.mandatoryLevels().forEach(object -> specs.put(Json.name(object), LevelSpec.of(object)));
        levelObjects.forEach(object -> specs.put(Json.name(object), LevelSpec.of(object)));
        Map<String, FlowSchema> schemas = new LinkedHashMap<>();
        BootstrapFlows.mandatorySchemas().forEach(object -> schemas.put(Json.name(object), FlowSchema.of(object)));
        schemaObjects.forEach(object -> schemas.put(Json.name(object), FlowSchema.of(object)));
        List<FlowSchema> ordered = new ArrayList<>(schemas.values().stream().filter(schema -> specs.containsKey(schema.level())).toList());
        ordered.sort(Comparator.comparingInt(FlowSchema::precedence).thenComparing(FlowSchema::name));
        configuration = new Configuration(schemaRevision, levelRevision, List.copyOf(ordered), levels(specs.values()));
    }

    private Map<String, PriorityLevel> levels(Collection<LevelSpec> specs) {
        int shares = Math.max(1, specs.stream().mapToInt(LevelSpec::shares).sum());
        Map<String, PriorityLevel> levels = new LinkedHashMap<>();
        for (LevelSpec spec : specs) {
            int limit = Math.ceilDiv(totalSeats * spec.shares(), shares);
            PriorityLevel level = configuration.levels().get(spec.name());
            if (level == null) {
                level = new PriorityLevel(spec, limit, lending);
                measure(spec.name());
            } else {
                level.configure(spec, limit);
            }
            levels.put(spec.name(), level);
        }
        return levels;
    }

    /// Whether a level may use unused seats that other levels lend. The owners get them back as the borrower's requests end: until then
    /// the server processes more requests than it has seats, at most by the number of lent seats.
    private boolean mayBorrow(PriorityLevel level, int seats) {
        int most = level.spec().borrowable();
        int borrowedThen = Math.max(0, level.seatsInUse() + seats - level.limit());
        if (most >= 0 && borrowedThen > level.limit() * most / 100) {
            return false;
        }
        int free = 0;
        for (PriorityLevel other : configuration.levels().values()) {
            free -= other.borrowed();
            if (other != level) {
                free += Math.max(0, Math.min(other.lendable(), other.limit() - other.seatsInUse()));
            }
        }
        return free >= borrowedThen - level.borrowed();
    }

    /// Lends seats on demand, and offers seats that become free to the levels in which requests wait.
    private final PriorityLevel.Lending lending = new PriorityLevel.Lending() {
        @Override
        public boolean mayBorrow(PriorityLevel level, int seats) {
            return FlowController.this.mayBorrow(level, seats);
        }

        @Override
        public void freed(PriorityLevel level) {
            for (PriorityLevel other : configuration.levels().values()) {
                if (other != level) {
                    other.borrowForWaiting();
                }
            }
        }
    };

    private Counter refusalCounter(Series series) {
        return Counter.builder("apiserver_flowcontrol_rejected_requests").tag("flow_schema", series.schema()).tag("priority_level", series.level())
                .tag("reason", series.reason()).register(metrics);
    }

    private Timer waitTimer(String level) {
        return Timer.builder("apiserver_flowcontrol_request_wait_duration").tag("priority_level", level).register(metrics);
    }

    private void measure(String level) {
        if (measured.putIfAbsent(level, true) == null) {
            gauge("apiserver_flowcontrol_current_executing_requests", level, PriorityLevel::executing);
            gauge("apiserver_flowcontrol_current_executing_seats", level, PriorityLevel::seatsInUse);
            gauge("apiserver_flowcontrol_current_inqueue_requests", level, PriorityLevel::waiting);
            gauge("apiserver_flowcontrol_nominal_limit_seats", level, PriorityLevel::limit);
            FunctionCounter.builder("apiserver_flowcontrol_dispatched_requests", this, controller -> {
                PriorityLevel found = controller.configuration.levels().get(level);
                return found == null ? 0 : found.dispatched.sum();
            }).tag("priority_level", level).register(metrics);
        }
    }

    private void gauge(String name, String level, java.util.function.ToIntFunction<PriorityLevel> value) {
        Gauge.builder(name, this, controller -> {
            PriorityLevel found = controller.configuration.levels().get(level);
            return found == null ? 0 : value.applyAsInt(found);
        }).tag("priority_level", level).register(metrics);
    }

    /// Returns the table of `/debug/api_priority_and_fairness/dump_priority_levels`.
    public String dumpLevels() {
        StringBuilder text = new StringBuilder("PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, RejectedRequests, TimedoutRequests, CancelledRequests\n");
        for (PriorityLevel level : current().levels().values()) {
            boolean idle = level.waiting() == 0 && level.executing() == 0;
            text.append(level.spec().name()).append(", ").append(level.waiting() == 0 ? 0 : 1).append(", ").append(idle).append(", false, ").append(level.waiting()).append(", ")
                    .append(level.executing()).append(", ").append(level.dispatched.sum()).append(", ").append(level.rejected.sum()).append(", ")
                    .append(level.timedOut.sum()).append(", 0\n");
        }
        return text.toString();
    }

    /// Returns the table of `/debug/api_priority_and_fairness/dump_queues`.
    public String dumpQueues() {
        StringBuilder text = new StringBuilder("PriorityLevelName, Index, PendingRequests, ExecutingRequests, SeatsInUse, NextDispatchR, InitialSeatsSum\n");
        current().levels().values().forEach(level -> text.append(level.describeQueues()));
        return text.toString();
    }
}
