package io.moka.machinery.events;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.micrometer.core.instrument.Counter;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;
import io.moka.machinery.client.PatchType;
import io.moka.machinery.client.Resources;
import io.moka.machinery.meta.Times;
import io.moka.machinery.process.Metrics;
import io.moka.machinery.thread.NeededThread;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Records events of one component about API objects. Safe for any number of threads; one thread `events` sends them.
public final class EventRecorder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
    private static final int QUEUE_BOUND = 1_000;
    private static final int REMEMBERED = 1_000;
    /// Similar events with this many different texts within [#TEXTS_REMEMBERED] are combined into one.
    private static final int MOST_TEXTS = 10;
    private static final Duration TEXTS_REMEMBERED = Duration.ofMinutes(10);
    private static final String COMBINED = "(combined from similar events): ";

    /// Normal operation, or a problem.
    public enum Type { Normal, Warning }

    private record Report(ObjectReference about, Type type, String reason, String message) {
    }

    /// The common key of similar events, which differ only in their texts.
    private record Alike(ObjectReference about, Type type, String reason) {
    }

    /// The texts of similar events within ten minutes.
    private record Texts(Instant since, Set<String> texts) {
    }

    private record Sent(String namespace, String name, int count) {
    }

    private final Resources<Event> events;
    private final String component;
    private final @Nullable String host;
    private final InstantSource clock;
    private final BlockingQueue<Report> queue = new ArrayBlockingQueue<>(QUEUE_BOUND);
    private final SpamFilter spam;
    private final Counter dropped = Counter.builder("moka.events.dropped").register(Metrics.registry());
    private final AtomicLong lastStamp = new AtomicLong();
    private final Thread sender;

    // used by the sender's thread alone
    private final Map<Report, Sent> recent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Report, Sent> eldest) {
            return size() > REMEMBERED;
        }
    };

    private final Map<Alike, Texts> alike = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Alike, Texts> eldest) {
            return size() > REMEMBERED;
        }
    };

    /// @param host the node that the component works for, where it works for one
    public EventRecorder(ApiClient client, String component, @Nullable String host, InstantSource clock) {
        this.events = client.resources(Event.class);
        this.component = component;
        this.host = host;
        this.clock = clock;
        this.spam = new SpamFilter(clock);
        this.sender = NeededThread.start("events", this::run);
    }

    public void normal(HasMetadata about, String reason, String message) {
        record(about, null, Type.Normal, reason, message);
    }

    public void warning(HasMetadata about, String reason, String message) {
        record(about, null, Type.Warning, reason, message);
    }

    /// @param fieldPath the part of the object that the event is about, such as `spec.containers{web}`; null for the whole object
    public void record(HasMetadata about, @Nullable String fieldPath, Type type, String reason, String message) {
        if (!queue.offer(new Report(reference(about, fieldPath), type, reason, message))) {
            dropped.increment();
        }
    }

    private static ObjectReference reference(HasMetadata object, @Nullable String fieldPath) {
        var metadata = object.getMetadata();
        return new ObjectReferenceBuilder().withApiVersion(object.getApiVersion()).withKind(object.getKind())
                .withNamespace(metadata.getNamespace()).withName(metadata.getName()).withUid(metadata.getUid())
                .withFieldPath(fieldPath).build();
    }

    private void run() {
        try {
            while (true) {
                send(queue.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Report report) {
        if (!spam.admit(report.about.getUid() + report.about.getName())) {
            dropped.increment();
            return;
        }
        var combined = isOneOfMany(report);
        var key = combined ? new Report(report.about, report.type, report.reason, COMBINED) : report;
        var said = combined ? new Report(report.about, report.type, report.reason, COMBINED + report.message) : report;
        try {
            var sent = recent.get(key);
            recent.put(key, sent == null ? create(said) : repeat(said, sent));
        } catch (ApiException e) {
            recent.remove(key);
            log.debug("event {} of {} was refused: {}", report.reason, report.about.getName(), e.getMessage());
        } catch (UncheckedIOException e) {
            dropped.increment();
            log.debug("event {} of {} was not sent: {}", report.reason, report.about.getName(), e.getMessage());
        } catch (RuntimeException e) {
            dropped.increment();
            log.warn("event {} of {} was not sent", report.reason, report.about.getName(), e);
        }
    }

    /// Whether so many similar events with other texts came lately that this one is combined with them.
    private boolean isOneOfMany(Report report) {
        var now = clock.instant();
        var key = new Alike(report.about, report.type, report.reason);
        var known = alike.get(key);
        if (known == null || Duration.between(known.since, now).compareTo(TEXTS_REMEMBERED) > 0) {
            known = new Texts(now, new HashSet<>());
            alike.put(key, known);
        }
        if (known.texts.contains(report.message)) {
            return false;
        }
        if (known.texts.size() >= MOST_TEXTS - 1) {
            return true;
        }
        known.texts.add(report.message);
        return false;
    }

    /// Returns a growing stamp for the event's name: clients show the events of one second in the order of their names.
    private long nextStamp() {
        var now = clock.instant();
        long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return lastStamp.updateAndGet(last -> Math.max(last + 1, nanos));
    }

    private Sent create(Report report) {
        var now = Times.format(clock.instant());
        var namespace = report.about.getNamespace() == null || report.about.getNamespace().isEmpty() ? "default" : report.about.getNamespace();
        var created = events.create(new EventBuilder()
                .withNewMetadata().withNamespace(namespace)
                .withName(report.about.getName() + "." + Long.toHexString(nextStamp())).endMetadata()
                .withInvolvedObject(report.about).withType(report.type.name()).withReason(report.reason).withMessage(report.message)
                .withNewSource().withComponent(component).withHost(host).endSource()
                .withReportingComponent(component).withReportingInstance(host == null ? "" : host)
                .withFirstTimestamp(now).withLastTimestamp(now).withCount(1)
                .build());
        return new Sent(namespace, created.getMetadata().getName(), 1);
    }

    private Sent repeat(Report report, Sent sent) {
        try {
            events.patch(sent.namespace, sent.name, PatchType.MERGE,
                    Map.of("count", sent.count + 1, "lastTimestamp", Times.format(clock.instant()), "message", report.message));
            return new Sent(sent.namespace, sent.name, sent.count + 1);
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return create(report);
            }
            throw e;
        }
    }

    @Override
    public void close() {
        sender.interrupt();
    }
}
