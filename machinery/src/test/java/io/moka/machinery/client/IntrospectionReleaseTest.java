package io.moka.machinery.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IntrospectionReleaseTest {

    private static final String POD = """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i",\
            "resources":{"requests":{"cpu":"100m"}},"ports":[{"containerPort":80}]}],"tolerations":[{"key":"k","operator":"Exists"}]},"more":1}""";

    private final List<AnnotatedClass> read = new ArrayList<>();
    private final List<AnnotatedClass> written = new ArrayList<>();

    /// Notes the description of each class after the reader or writer was made; modifiers run in the order in which they were added.
    private JsonMapper mapper() {
        return JsonMapper.builder().addModule(IntrospectionRelease.module()).addModule(new SimpleModule("notes").setDeserializerModifier(new BeanDeserializerModifier() {
            @Override
            public JsonDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription description, JsonDeserializer<?> reader) {
                read.add(description.getClassInfo());
                return reader;
            }
        }).setSerializerModifier(new BeanSerializerModifier() {
            @Override
            public JsonSerializer<?> modifySerializer(SerializationConfig config, BeanDescription description, JsonSerializer<?> writer) {
                written.add(description.getClassInfo());
                return writer;
            }
        })).build();
    }

    private static void assertReleased(List<AnnotatedClass> classes) throws ReflectiveOperationException {
        assertTrue(classes.stream().anyMatch(type -> type.getRawType() == Pod.class), "the classes of a pod were noted");
        for (var type : classes) {
            for (var part : List.of("_creators", "_memberMethods", "_fields")) {
                var field = AnnotatedClass.class.getDeclaredField(part);
                field.setAccessible(true);
                assertNull(field.get(type), () -> part + " of " + type);
            }
        }
    }

    @Test
    void classesAreReleasedAndTheirObjectsAreReadAndWrittenAsBefore() throws Exception {
        var mapper = mapper();
        var plain = new JsonMapper();
        for (int round = 1; round <= 2; round++) {
            var pod = mapper.readValue(POD, Pod.class);
            assertEquals(plain.readValue(POD, Pod.class), pod);
            assertEquals(plain.writeValueAsString(pod), mapper.writeValueAsString(pod));
        }
        assertReleased(read);
        assertReleased(written);
        assertEquals(3, Json.mapper().getRegisteredModuleIds().size(), "no module of the process's mapper hides another");
        assertFalse(read.getFirst().fields().iterator().next().getAnnotated() == null, "what is asked for again is determined anew");
    }
}
