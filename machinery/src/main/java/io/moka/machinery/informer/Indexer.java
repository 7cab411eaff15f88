package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.meta.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A store of objects by key, and by any number of named indices. For many readers and one writer.
///
/// Follows upstream's `cache.Indexer`.
final class Indexer<T extends HasMetadata> {

    /// The index that every informer has.
    static final String NAMESPACE = "namespace";

    private static final Logger log = LoggerFactory.getLogger(Indexer.class);
    /// The largest number of objects for which it is logged, once each, that an index function cannot read them.
    private static final int REPORTED = 1_000;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final Map<String, Function<T, Collection<String>>> indexFunctions;

    // guarded by lock: indices holds each object of objects under each value that its index function gives
    private final Map<ObjectKey, T> objects = new HashMap<>();
    private final Map<String, Map<String, Map<ObjectKey, T>>> indices = new HashMap<>();

    private final Set<String> unreadable = new HashSet<>();

    Indexer(Map<String, Function<T, Collection<String>>> indexFunctions) {
        this.indexFunctions = new LinkedHashMap<>(indexFunctions);
        this.indexFunctions.put(NAMESPACE, object -> List.of(ObjectKey.of(object).namespace()));
        this.indexFunctions.keySet().forEach(name -> indices.put(name, new HashMap<>()));
    }

    /// Adds an index, unless there is one of this name.
    ///
    /// @throws IllegalStateException once there are objects
    void addIndex(String name, Function<T, Collection<String>> values) {
        lock.writeLock().lock();
        try {
            if (indexFunctions.containsKey(name)) {
                return;
            }
            if (!objects.isEmpty()) {
                throw new IllegalStateException("index " + name + " comes after the first object");
            }
            indexFunctions.put(name, values);
            indices.put(name, new HashMap<>());
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Returns what the key held before.
    @Nullable T put(T object) {
        lock.writeLock().lock();
        try {
            var key = ObjectKey.of(object);
            var before = objects.put(key, object);
            if (before != null) {
                unindex(key, before);
            }
            index(key, object);
            return before;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Nullable T remove(ObjectKey key) {
        lock.writeLock().lock();
        try {
            var before = objects.remove(key);
            if (before != null) {
                unindex(key, before);
            }
            return before;
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Nullable T get(ObjectKey key) {
        lock.readLock().lock();
        try {
            return objects.get(key);
        } finally {
            lock.readLock().unlock();
        }
    }

    List<T> list() {
        lock.readLock().lock();
        try {
            return new ArrayList<>(objects.values());
        } finally {
            lock.readLock().unlock();
        }
    }

    List<T> byIndex(String name, String value) {
        lock.readLock().lock();
        try {
            var index = indices.get(name);
            if (index == null) {
                throw new IllegalArgumentException("no index \"" + name + "\"");
            }
            var found = index.get(value);
            return found == null ? List.of() : new ArrayList<>(found.values());
        } finally {
            lock.readLock().unlock();
        }
    }

    private void index(ObjectKey key, T object) {
        indexFunctions.forEach((name, function) -> {
            for (var value : values(name, function, key, object)) {
                indices.get(name).computeIfAbsent(value, v -> new HashMap<>()).put(key, object);
            }
        });
    }

    private void unindex(ObjectKey key, T object) {
        indexFunctions.forEach((name, function) -> {
            var index = indices.get(name);
            for (var value : values(name, function, key, object)) {
                var entries = index.get(value);
                if (entries != null && entries.remove(key) != null && entries.isEmpty()) {
                    index.remove(value);
                }
            }
        });
    }

    /// An object that the function cannot read is cached, and found under no value of this index.
    private Collection<String> values(String name, Function<T, Collection<String>> function, ObjectKey key, T object) {
        try {
            return function.apply(object);
        } catch (RuntimeException e) {
            if (unreadable.size() < REPORTED && unreadable.add(name + " " + key)) {
                log.warn("{} {} is not in the index \"{}\"", object.getKind(), key, name, e);
            }
            return List.of();
        }
    }
}
