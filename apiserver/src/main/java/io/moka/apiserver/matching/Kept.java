package io.moka.apiserver.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.resource.ObjectReader;
import io.moka.apiserver.resource.ResourceType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is made of all objects of some types, kept until one of them changes. Safe for all threads.
public final class Kept<T> {
    private final ObjectReader objects;
    private final List<ResourceType> types;
    private final Function<ObjectReader, T> maker;
    private volatile @Nullable Made<T> made;

    private record Made<T>(long revision, T value) {}

    /// @param maker reads the objects in order of their names
    public Kept(ObjectReader objects, List<ResourceType> types, Function<ObjectReader, T> maker) {
        this.objects = objects;
        this.types = types;
        this.maker = maker;
    }

    /// For one type.
    public static <T> Kept<T> of(ObjectReader objects, ResourceType type, Function<List<ObjectNode>, T> maker) {
        return new Kept<>(objects, List.of(type), reader -> maker.apply(reader.list(type, "")));
    }

    public T get() {
        long revision = revision();
        Made<T> known = made;
        if (known != null && known.revision == revision) {
            return known.value;
        }
        synchronized (this) {
            known = made;
            if (known == null || known.revision != revision) {
                known = new Made<>(revision, maker.apply(objects));
                made = known;
            }
            return known.value;
        }
    }

    /// Grows with each change of any of the types.
    private long revision() {
        long revision = 0;
        for (ResourceType type : types) {
            revision += objects.revision(type);
        }
        return revision;
    }
}
