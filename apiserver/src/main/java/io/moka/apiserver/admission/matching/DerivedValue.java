package io.moka.apiserver.admission.matching;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moka.apiserver.core.resource.ObjectReader;
import io.moka.apiserver.core.resource.ResourceType;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A value that is computed from all objects of some types and kept until one of these changes. Safe for all threads.
public final class DerivedValue<T> {
    private final ObjectReader objects;
    private final List<ResourceType> types;
    private final Function<ObjectReader, T> maker;
    private volatile @Nullable Made<T> made;

    private record Made<T>(long revision, T value) {}

    /// @param maker reads the objects in order of their names
    public DerivedValue(ObjectReader objects, List<ResourceType> types, Function<ObjectReader, T> maker) {
        this.objects = objects;
        this.types = types;
        this.maker = maker;
    }

    /// Returns a value that is computed from the objects of one type.
    public static <T> DerivedValue<T> of(ObjectReader objects, ResourceType type, Function<List<ObjectNode>, T> maker) {
        return new DerivedValue<>(objects, List.of(type), reader -> maker.apply(reader.list(type, "")));
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

    /// Returns the sum of the types' revisions, which grows with each change of any of the types.
    private long revision() {
        long revision = 0;
        for (ResourceType type : types) {
            revision += objects.revision(type);
        }
        return revision;
    }
}
