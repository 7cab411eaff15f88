package io.moka.machinery.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.moka.machinery.meta.LabelSelector;
import io.moka.machinery.meta.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads an informer's cache, which may lag behind the server. Returned objects are shared: copy one before changing it.
public final class Lister<T extends HasMetadata> {

    private final Indexer<T> indexer;

    Lister(Indexer<T> indexer) {
        this.indexer = indexer;
    }

    public @Nullable T get(String namespace, String name) {
        return indexer.get(new ObjectKey(namespace, name));
    }

    public @Nullable T get(ObjectKey key) {
        return indexer.get(key);
    }

    public List<T> list() {
        return indexer.list();
    }

    public List<T> list(String namespace) {
        return indexer.byIndex(Indexer.NAMESPACE, namespace);
    }

    public List<T> list(String namespace, LabelSelector selector) {
        return list(namespace).stream().filter(object -> selector.matches(object.getMetadata().getLabels())).toList();
    }

    /// Returns all objects for which the informer's named index gives this value.
    public List<T> byIndex(String index, String value) {
        return indexer.byIndex(index, value);
    }
}
