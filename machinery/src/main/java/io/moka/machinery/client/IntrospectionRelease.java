package io.moka.machinery.client;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import java.io.Serial;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/// Releases what Jackson has found out about a class by reflection, as soon as the class's reader or writer has been made.
///
/// Each property keeps its own method or field, which refers to the description of its class with all other methods, fields, constructors and their annotations.
/// Readers and writers do not use it any more, but it took a fifth of the heap of a component without work. If Jackson asks for it again, it is determined anew.
final class IntrospectionRelease {

    /// The parts that an [AnnotatedClass] determines when they are asked for.
    private static final List<VarHandle> PARTS = parts("_creators", "_memberMethods", "_fields");

    private IntrospectionRelease() {
    }

    static Module module() {
        return new SimpleModule("introspection-release").setDeserializerModifier(new AfterReader()).setSerializerModifier(new AfterWriter());
    }

    private static List<VarHandle> parts(String... names) {
        var parts = new ArrayList<VarHandle>();
        try {
            var lookup = MethodHandles.privateLookupIn(AnnotatedClass.class, MethodHandles.lookup());
            for (var name : names) {
                parts.add(lookup.unreflectVarHandle(AnnotatedClass.class.getDeclaredField(name)));
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Jackson describes classes in another way", e);
        }
        return parts;
    }

    private static void release(BeanDescription description) {
        PARTS.forEach(part -> part.set(description.getClassInfo(), null));
    }

    private static final class AfterReader extends BeanDeserializerModifier {

        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public JsonDeserializer<?> modifyDeserializer(DeserializationConfig config, BeanDescription description, JsonDeserializer<?> reader) {
            release(description);
            return reader;
        }
    }

    private static final class AfterWriter extends BeanSerializerModifier {

        @Serial
        private static final long serialVersionUID = 1;

        @Override
        public JsonSerializer<?> modifySerializer(SerializationConfig config, BeanDescription description, JsonSerializer<?> writer) {
            release(description);
            return writer;
        }
    }
}
