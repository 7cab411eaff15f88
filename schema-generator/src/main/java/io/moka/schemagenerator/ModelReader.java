package io.moka.schemagenerator;

import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads model classes by reflection, following references from the kinds to every type they use.
final class ModelReader {

    private static final String MODELS = "io.kubernetes.client.openapi.models.";

    private static final Map<Class<?>, String> SCALARS = Map.of(
            String.class, "string", byte[].class, "bytes", Integer.class, "int32", Long.class, "int64",
            Double.class, "double", Boolean.class, "bool", OffsetDateTime.class, "time",
            Quantity.class, "quantity", IntOrString.class, "intstr", Object.class, "any");

    private final Map<Class<?>, String> names = new HashMap<>();
    private final SortedMap<String, TypeModel> types = new TreeMap<>();

    SortedMap<String, TypeModel> types() {
        return types;
    }

    /// Reads a kind, its list kind if there is one, and everything that they refer to.
    void readKind(KindList.Kind kind) {
        Class<?> type = modelClass(kind.className());
        if (type == null) {
            throw new IllegalArgumentException("no class " + kind.className() + " in the client library");
        }
        read(type, kind.goPackage(), kind.apiVersion() + "/" + kind.name());
        Class<?> list = modelClass(kind.className() + "List");
        if (list == null) {
            list = modelClass(kind.plainClassName() + "List");
        }
        if (list != null) {
            read(list, kind.goPackage(), kind.apiVersion() + "/" + kind.name() + "List");
        }
    }

    private static @Nullable Class<?> modelClass(String name) {
        try {
            return Class.forName(MODELS + name, false, ModelReader.class.getClassLoader());
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }

    private String read(Class<?> type, String referringPackage, String kind) {
        String known = names.get(type);
        if (known != null) {
            return known;
        }
        TypeNames.Name name = TypeNames.of(type.getSimpleName(), referringPackage);
        names.put(type, name.full());
        SortedMap<String, FieldModel> fields = new TreeMap<>();
        for (Field field : type.getDeclaredFields()) {
            SerializedName json = field.getAnnotation(SerializedName.class);
            if (json != null && !Modifier.isStatic(field.getModifiers())) {
                fields.put(json.value(), readField(type, field, json.value(), name.goPackage()));
            }
        }
        ApiModel model = type.getAnnotation(ApiModel.class);
        types.put(name.full(), new TypeModel(name.full(), kind, model == null ? "" : model.description(), fields));
        return name.full();
    }

    private FieldModel readField(Class<?> owner, Field field, String jsonName, String goPackage) {
        ApiModelProperty property = getterAnnotation(owner, field);
        String attributes = property != null && property.required() ? "required" : "";
        String description = property == null ? "" : property.value();
        return new FieldModel(jsonName, typeOf(field.getGenericType(), goPackage), attributes, description);
    }

    private static @Nullable ApiModelProperty getterAnnotation(Class<?> owner, Field field) {
        String getter = "get" + field.getName();
        for (var method : owner.getDeclaredMethods()) {
            if (method.getName().equalsIgnoreCase(getter) && method.getParameterCount() == 0) {
                return method.getAnnotation(ApiModelProperty.class);
            }
        }
        return null;
    }

    private String typeOf(Type type, String goPackage) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? "[]" + typeOf(arguments[0], goPackage)
                    : "{}" + typeOf(arguments[1], goPackage);
        }
        Class<?> plain = (Class<?>) type;
        String scalar = SCALARS.get(plain);
        return scalar != null ? scalar : "@" + read(plain, goPackage, "");
    }
}
