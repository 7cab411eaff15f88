package io.moka.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.FileKeySelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.FieldPaths;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MissingSource;
import io.moka.kubelet.source.ResourceFields;
import io.moka.kubelet.volume.VolumeFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The environment variables of a container: those of services, then `envFrom`, then `env`; later ones win.
final class Environment {

    /// More than a program's environment can hold.
    private static final int MOST_FILE_BYTES = 1 << 20;

    private final ClusterObjects objects;
    private final Function<String, Collection<Service>> servicesFor;
    private final Supplier<Map<String, Quantity>> allocatable;

    /// The parts of a pod from which the values of one container's variables come.
    private record Sources(Pod pod, Container container, Addresses addresses, Map<String, Path> volumes) {
    }

    /// @param servicesFor returns the services whose variables the pods of a namespace get
    Environment(ClusterObjects objects, Function<String, Collection<Service>> servicesFor, Supplier<Map<String, Quantity>> allocatable) {
        this.objects = objects;
        this.servicesFor = servicesFor;
        this.allocatable = allocatable;
    }

    /// Whether a value is known only once the pod has its network.
    static boolean needsAddress(Container container) {
        return container.getEnv().stream().anyMatch(variable -> variable.getValueFrom() != null
                && variable.getValueFrom().getFieldRef() != null && FieldPaths.needsAddress(variable.getValueFrom().getFieldRef().getFieldPath()));
    }

    /// @param volumes the folders of the pod's volumes, by the volumes' names
    /// @throws ConfigError when a value that must be there is not
    Map<String, String> of(Pod pod, Container container, Addresses addresses, Map<String, Path> volumes) {
        var namespace = pod.getMetadata().getNamespace();
        var sources = new Sources(pod, container, addresses, volumes);
        try {
            var variables = new LinkedHashMap<String, String>();
            if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
                variables.putAll(ServiceVariables.of(servicesFor.apply(namespace)));
            } else {
                variables.putAll(ServiceVariables.of(servicesFor.apply("default").stream()
                        .filter(service -> service.getMetadata().getName().equals("kubernetes")).toList()));
            }
            container.getEnvFrom().forEach(source -> variables.putAll(all(namespace, source)));
            for (var variable : container.getEnv()) {
                var value = value(sources, variable, variables);
                if (value != null) {
                    variables.put(variable.getName(), value);
                }
            }
            return variables;
        } catch (MissingSource e) {
            throw new ConfigError(String.valueOf(e.getMessage()));
        }
    }

    private Map<String, String> all(String namespace, EnvFromSource source) {
        var prefix = source.getPrefix() == null ? "" : source.getPrefix();
        var found = new LinkedHashMap<String, String>();
        boolean optional = source.getConfigMapRef() != null ? Boolean.TRUE.equals(source.getConfigMapRef().getOptional())
                : Boolean.TRUE.equals(source.getSecretRef().getOptional());
        try {
            if (source.getConfigMapRef() != null) {
                configMap(namespace, source.getConfigMapRef().getName()).forEach((key, value) -> found.put(prefix + key, value));
            } else {
                secret(namespace, source.getSecretRef().getName()).forEach((key, value) -> found.put(prefix + key, value));
            }
        } catch (MissingSource e) {
            if (!optional) {
                throw e;
            }
        }
        return found;
    }

    private @Nullable String value(Sources sources, EnvVar variable, Map<String, String> before) {
        var source = variable.getValueFrom();
        if (source == null) {
            return Expansion.expand(variable.getValue() == null ? "" : variable.getValue(), before);
        }
        if (source.getFieldRef() != null) {
            return FieldPaths.value(sources.pod, source.getFieldRef().getFieldPath(), sources.addresses);
        }
        if (source.getResourceFieldRef() != null) {
            return ResourceFields.value(sources.pod, sources.container, source.getResourceFieldRef(), allocatable.get());
        }
        if (source.getFileKeyRef() != null) {
            return fileKey(sources, source.getFileKeyRef());
        }
        return keyOf(sources.pod.getMetadata().getNamespace(), source);
    }

    private static @Nullable String fileKey(Sources sources, FileKeySelector file) {
        var name = file.getVolumeName();
        var folder = sources.volumes.get(name);
        if (folder == null || sources.pod.getSpec().getVolumes().stream().noneMatch(volume -> volume.getName().equals(name) && volume.getEmptyDir() != null)) {
            throw new MissingSource("fileKeyRef: \"" + name + "\" is not a volume of type emptyDir");
        }
        var where = "file " + file.getPath() + " of volume " + name;
        try {
            return key(() -> variables(folder, file.getPath(), where), file.getKey(), where, file.getOptional());
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new MissingSource("couldn't read " + where + ": " + e.getMessage());
        }
    }

    /// @throws MissingSource when there is no such file
    private static Map<String, String> variables(Path folder, String path, String where) {
        try {
            return EnvironmentFile.parse(VolumeFiles.read(folder, path, MOST_FILE_BYTES));
        } catch (NoSuchFileException e) {
            throw new MissingSource("there is no " + where);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private @Nullable String keyOf(String namespace, EnvVarSource source) {
        if (source.getConfigMapKeyRef() != null) {
            var ref = source.getConfigMapKeyRef();
            return key(() -> configMap(namespace, ref.getName()), ref.getKey(), "ConfigMap " + namespace + "/" + ref.getName(), ref.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var ref = source.getSecretKeyRef();
            return key(() -> secret(namespace, ref.getName()), ref.getKey(), "Secret " + namespace + "/" + ref.getName(), ref.getOptional());
        }
        throw new MissingSource("unsupported source of a variable");
    }

    private static @Nullable String key(Supplier<Map<String, String>> map, String key, String where, @Nullable Boolean optional) {
        try {
            var value = map.get().get(key);
            if (value == null && !Boolean.TRUE.equals(optional)) {
                throw new MissingSource("couldn't find key " + key + " in " + where);
            }
            return value;
        } catch (MissingSource e) {
            if (Boolean.TRUE.equals(optional)) {
                return null;
            }
            throw e;
        }
    }

    private Map<String, String> configMap(String namespace, String name) {
        var data = objects.configMap(namespace, name).getData();
        return data == null ? Map.of() : data;
    }

    private Map<String, String> secret(String namespace, String name) {
        var data = objects.secret(namespace, name).getData();
        var decoded = new LinkedHashMap<String, String>();
        if (data != null) {
            data.forEach((key, value) -> decoded.put(key, new String(Base64.getMimeDecoder().decode(value), StandardCharsets.UTF_8)));
        }
        return decoded;
    }
}
