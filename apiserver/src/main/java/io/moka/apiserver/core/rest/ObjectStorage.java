package io.moka.apiserver.core.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.json.Json;
import io.moka.apiserver.core.resource.ResourceType;
import io.moka.apiserver.core.status.ApiException;
import io.moka.apiserver.core.storage.CachedObject;
import io.moka.apiserver.core.storage.CasResult;
import io.moka.apiserver.core.storage.Store;
import io.moka.apiserver.core.storage.StoredBytes;
import io.moka.apiserver.core.strategy.Reservation;
import io.moka.apiserver.core.strategy.Strategy;
import org.jspecify.annotations.Nullable;

/// Reads and writes single objects. Writes are compare-and-swap operations, retried with the newest state when another writer was faster.
public final class ObjectStorage {
    private static final int MAX_ATTEMPTS = 30;

    /// The change that an updater decides on.
    public sealed interface Change {

        record Write(ObjectNode object) implements Change {}

        /// @param object the object with which the request is answered
        record Remove(ObjectNode object) implements Change {}
    }

    /// Decides on a change from the current state, which it must not modify. May be called again with a newer state.
    @FunctionalInterface
    public interface Updater {
        Change update(Versioned current);
    }

    private final VerbContext context;

    ObjectStorage(VerbContext context) {
        this.context = context;
    }

    private String storeKey(Target target) {
        return context.prefix() + target.type().keySegment() + "/" + target.key();
    }

    private Strategy strategy(ResourceType type) {
        return context.strategies().of(type);
    }

    /// Writes a new object and returns the bytes of the answer.
    byte[] create(Target target, ObjectNode object, boolean dryRun) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            byte[] answer = tryCreate(target, object, dryRun);
            if (answer != null) {
                return answer;
            }
        }
        throw target.conflict("other servers take addresses faster than this one");
    }

    /// Returns null when another server took a resource that the object needs, such as an address, at the same time.
    private byte @Nullable [] tryCreate(Target target, ObjectNode object, boolean dryRun) {
        try (Reservation reservation = strategy(target.type()).reserve(object, Json.object())) {
            byte[] bytes = ObjectCodec.encode(target.type(), object);
            if (dryRun) {
                if (fresh(target) != null) {
                    throw target.alreadyExists();
                }
                return Json.write(object);
            }
            return switch (reservation.write(context.store(), storeKey(target), bytes, 0, strategy(target.type()).ttlSeconds())) {
                case CasResult.Committed(long revision) -> {
                    reservation.committed(revision);
                    yield answer(target.type(), bytes, revision);
                }
                case CasResult.Conflict ignored -> throw target.alreadyExists();
                case CasResult.Outrun ignored -> null;
            };
        }
    }

    private static byte[] answer(ResourceType type, byte[] stored, long revision) {
        return StoredForms.differ(type)
                ? Json.write(ObjectCodec.decode(type, stored, revision).object())
                : StoredBytes.withRevision(stored, revision);
    }

    /// Returns the object as it is in the store now, or null.
    public Versioned fresh(Target target) {
        Store.Value value = context.store().get(storeKey(target));
        return value == null ? null : ObjectCodec.decode(target.type(), value.bytes(), value.revision());
    }

    private Versioned newest(Target target) {
        Versioned newest = fresh(target);
        if (newest == null) {
            throw target.notFound();
        }
        return newest;
    }

    /// Returns the object from the cache, or from the store if it is not in the cache. Null when neither has it.
    private @Nullable Versioned cachedOrFresh(Target target) {
        CachedObject cached = context.caches().of(target.type()).get(target.key());
        return cached == null ? fresh(target) : ObjectCodec.decode(target.type(), cached.json(), cached.revision());
    }

    /// Changes an object, starting from its state in the cache. When that state is outdated, or the updater rejects it, the updater
    /// gets the newest state. The same holds for a change that writes nothing, since no compare-and-swap would detect an outdated start.
    ///
    /// @return the bytes of the answer
    public byte[] update(Target target, boolean dryRun, Updater updater) {
        Versioned current = cachedOrFresh(target);
        if (current == null) {
            throw target.notFound();
        }
        boolean certain = false;
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Change change;
            try {
                change = updater.update(current);
            } catch (ApiException refusal) {
                Versioned newest = certain ? current : newest(target);
                if (newest.revision() == current.revision()) {
                    throw refusal;
                }
                current = newest;
                certain = true;
                continue;
            }
            switch (apply(target, current, change, dryRun)) {
                case Applied.Done(byte[] answer) -> {
                    return answer;
                }
                case Applied.Unwritten(byte[] answer) -> {
                    Versioned newest = certain ? current : newest(target);
                    if (newest.revision() == current.revision()) {
                        return answer;
                    }
                    current = newest;
                }
                case Applied.Again(Versioned newest) -> current = newest;
            }
            certain = true;
        }
        throw target.modified();
    }

    /// The outcome of one attempt.
    private sealed interface Applied {
        record Done(byte[] answer) implements Applied {}

        /// There was nothing to write, so the store has not confirmed that the change was decided on the newest state.
        record Unwritten(byte[] answer) implements Applied {}

        record Again(Versioned newest) implements Applied {}
    }

    private Applied apply(Target target, Versioned current, Change change, boolean dryRun) {
        return switch (change) {
            case Change.Write(ObjectNode object) -> write(target, current, object, dryRun);
            case Change.Remove(ObjectNode object) -> remove(target, current, object, dryRun);
        };
    }

    private Applied write(Target target, Versioned current, ObjectNode object, boolean dryRun) {
        try (Reservation reservation = strategy(target.type()).reserve(object, current.object())) {
            Json.metadata(object).put("resourceVersion", Long.toString(current.revision()));
            if (dryRun || object.equals(current.object()) && !context.store().stale(storeKey(target))) {
                return new Applied.Unwritten(Json.write(object));
            }
            byte[] bytes = ObjectCodec.encode(target.type(), object);
            var result = reservation.write(context.store(), storeKey(target), bytes, current.revision(), strategy(target.type()).ttlSeconds());
            return switch (result) {
                case CasResult.Committed(long revision) -> {
                    reservation.committed(revision);
                    yield new Applied.Done(answer(target.type(), bytes, revision));
                }
                case CasResult.Conflict(Store.Value newest) -> again(target, newest);
                case CasResult.Outrun ignored -> new Applied.Again(current);
            };
        }
    }

    private Applied remove(Target target, Versioned current, ObjectNode answer, boolean dryRun) {
        if (dryRun) {
            return new Applied.Unwritten(Json.write(answer));
        }
        return switch (context.store().delete(storeKey(target), current.revision(), strategy(target.type()).claims(current.object()))) {
            case CasResult.Committed(long revision) -> {
                Json.metadata(answer).put("resourceVersion", Long.toString(revision));
                yield new Applied.Done(Json.write(answer));
            }
            case CasResult.Conflict(Store.Value newest) -> again(target, newest);
            case CasResult.Outrun ignored -> throw new IllegalStateException("a delete has no guard");
        };
    }

    private static Applied again(Target target, Store.@Nullable Value newest) {
        if (newest == null) {
            throw target.notFound();
        }
        return new Applied.Again(ObjectCodec.decode(target.type(), newest.bytes(), newest.revision()));
    }
}
