package io.moka.machinery.client;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.UncheckedIOException;

/// The one JSON mapper of a process. Unknown fields are kept, absent ones are not written.
///
/// The `managedFields` in an object's metadata are skipped: they can be half of the object, no component reads them, and an update without them leaves them
/// unchanged on the server.
public final class Json {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new SimpleModule().addDeserializer(String.class, new RepeatedStrings()))
            .addModule(IntrospectionRelease.module())
            .addMixIn(ObjectMeta.class, WithoutManagedFields.class)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    @JsonIgnoreProperties("managedFields")
    private interface WithoutManagedFields {
    }

    private Json() {
    }

    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /// A deep copy that shares nothing with the original; what a cache holds must be copied before it is changed.
    @SuppressWarnings("unchecked")
    public static <T> T copy(T value) {
        try {
            return (T) MAPPER.readValue(MAPPER.writeValueAsBytes(value), value.getClass());
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
