package io.moka.apiserver.rest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.json.Json;
import io.moka.apiserver.resource.ResourceType;
import io.moka.apiserver.status.ApiException;
import io.moka.apiserver.storage.CasResult;
import io.moka.apiserver.storage.CachedObject;
import io.moka.apiserver.storage.Store;
import io.moka.apiserver.storage.StoredBytes;
import io.moka.apiserver.strategy.Reservation;
import io.moka.apiserver.strategy.Strategy;
import org.jspecify.annotations.Nullable;

/// Reads and writes single objects: compare-and-swap, tried again with what is there when another was faster.
final class ObjectStorage {
    private static final int MAX_ATTEMPTS = 30;

    /// What an update wants done with the object it has been shown.
    sealed interface Change {

        record Write(ObjectNode object) implements Change {}

        /// `object` is what the caller is answered with.
        record Remove(ObjectNode object) implements Change {}
    }

    /// Decides on a change from the present state, which it must not change. May be called again with a newer state.
    @FunctionalInterface
    interface Updater {
        Change update(Versioned current);
    }

    private final Registry registry;

    ObjectStorage(Registry registry) {
        this.registry = registry;
    }

    private String storeKey(Target target) {
        return registry.prefix() + target.type().keySegment() + "/" + target.key();
    }

    private Strategy strategy(ResourceType type) {
        return registry.strategies().of(type);
    }

    /// Writes a new object and returns the bytes to answer with.
    byte[] create(Target target, ObjectNode object, boolean dryRun) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            byte[] answer = tryCreate(target, object, dryRun);
            if (answer != null) {
                return answer;
            }
        }
        throw target.conflict("other servers take addresses faster than this one");
    }

    /// Null when what the object needs was taken by another server at the same time.
    private byte @Nullable [] tryCreate(Target target, ObjectNode object, boolean dryRun) {
        try (Reservation reservation = strategy(target.type()).reserve(object, Json.object())) {
            byte[] bytes = ObjectCodec.encode(target.type(), object);
            if (dryRun) {
                if (fresh(target) != null) {
                    throw target.alreadyExists();
                }
                return Json.write(object);
            }
            return switch (reservation.write(registry.store(), storeKey(target), bytes, 0, strategy(target.type()).ttlSeconds())) {
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

    /// The object as it is in the store now.
    @Nullable Versioned fresh(Target target) {
        Store.Value value = registry.store().get(storeKey(target));
        return value == null ? null : ObjectCodec.decode(target.type(), value.bytes(), value.revision());
    }

    private Versioned newest(Target target) {
        Versioned newest = fresh(target);
        if (newest == null) {
            throw target.notFound();
        }
        return newest;
    }

    /// The object as the cache has it, or the store if the cache does not know it.
    private @Nullable Versioned cachedOrFresh(Target target) {
        CachedObject cached = registry.caches().of(target.type()).get(target.key());
        return cached == null ? fresh(target) : ObjectCodec.decode(target.type(), cached.json(), cached.revision());
    }

    /// Changes an object, starting from what the cache has: if that turns out to be old, or makes the updater refuse, it is
    /// shown the newest state. The same goes for a change that writes nothing, as no compare-and-swap would notice an old start.
    ///
    /// @return the bytes to answer with
    byte[] update(Target target, boolean dryRun, Updater updater) {
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

    /// What became of one attempt.
    private sealed interface Applied {
        record Done(byte[] answer) implements Applied {}

        /// Nothing was to be written, which the store has not confirmed: what the change was decided on may be old.
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
            if (dryRun || object.equals(current.object()) && !registry.store().stale(storeKey(target))) {
                return new Applied.Unwritten(Json.write(object));
            }
            byte[] bytes = ObjectCodec.encode(target.type(), object);
            var result = reservation.write(registry.store(), storeKey(target), bytes, current.revision(), strategy(target.type()).ttlSeconds());
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
        return switch (registry.store().delete(storeKey(target), current.revision(), strategy(target.type()).claims(current.object()))) {
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
