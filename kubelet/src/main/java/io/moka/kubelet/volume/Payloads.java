package io.moka.kubelet.volume;

import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.moka.kubelet.source.ConfigObjects;
import io.moka.kubelet.source.FieldPaths;
import io.moka.kubelet.source.FieldPaths.Addresses;
import io.moka.kubelet.source.MissingSource;
import io.moka.kubelet.source.ResourceFields;
import io.moka.kubelet.volume.AtomicWriter.FileContent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Computes the files that a volume should hold now.
final class Payloads {

    private static final int DEFAULT_MODE = 0644;
    private static final int TOKEN_MODE = 0600;

    private final ConfigObjects objects;
    private final Function<Pod, Addresses> addresses;
    private final Tokens tokens;
    private final Supplier<Map<String, Quantity>> allocatable;

    Payloads(ConfigObjects objects, Function<Pod, Addresses> addresses, Tokens tokens, Supplier<Map<String, Quantity>> allocatable) {
        this.objects = objects;
        this.addresses = addresses;
        this.tokens = tokens;
        this.allocatable = allocatable;
    }

    Map<String, FileContent> of(Pod pod, Volume volume) {
        var namespace = pod.getMetadata().getNamespace();
        var ownership = Ownership.of(pod);
        var files = new TreeMap<String, FileContent>();
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            files.putAll(configMap(namespace, source.getName(), source.getItems(), isTrue(source.getOptional()), mode(source.getDefaultMode())));
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            files.putAll(secret(namespace, source.getSecretName(), source.getItems(), isTrue(source.getOptional()), mode(source.getDefaultMode())));
        } else if (volume.getDownwardAPI() != null) {
            files.putAll(downward(pod, volume.getDownwardAPI().getItems(), mode(volume.getDownwardAPI().getDefaultMode())));
        } else if (volume.getProjected() != null) {
            int mode = mode(volume.getProjected().getDefaultMode());
            volume.getProjected().getSources().forEach(source -> files.putAll(projection(pod, volume.getName(), source, mode)));
        }
        files.replaceAll((path, file) -> file.withMode(ownership.effective(file.mode())));
        return files;
    }

    private Map<String, FileContent> projection(Pod pod, String volume, VolumeProjection source, int mode) {
        var namespace = pod.getMetadata().getNamespace();
        if (source.getConfigMap() != null) {
            return configMap(namespace, source.getConfigMap().getName(), source.getConfigMap().getItems(), isTrue(source.getConfigMap().getOptional()), mode);
        } else if (source.getSecret() != null) {
            return secret(namespace, source.getSecret().getName(), source.getSecret().getItems(), isTrue(source.getSecret().getOptional()), mode);
        } else if (source.getDownwardAPI() != null) {
            return downward(pod, source.getDownwardAPI().getItems(), mode);
        } else if (source.getServiceAccountToken() != null) {
            var token = source.getServiceAccountToken();
            long life = token.getExpirationSeconds() == null ? 3_600 : token.getExpirationSeconds();
            var text = tokens.current(pod, volume, token.getPath(), token.getAudience() == null ? "" : token.getAudience(), life);
            return Map.of(token.getPath(), tokenFile(pod, text, mode));
        }
        throw new MissingSource("unsupported projected volume source");
    }

    /// Returns a token file that only the common user of the pod's containers, or root, can read, and the pod's group if it has one.
    private static FileContent tokenFile(Pod pod, String token, int mode) {
        var user = Ownership.userOf(pod);
        boolean isPrivate = user != null || Ownership.of(pod).group() != null;
        return new FileContent(token.getBytes(StandardCharsets.US_ASCII), isPrivate ? TOKEN_MODE : mode, user == null ? 0 : user);
    }

    private Map<String, FileContent> configMap(String namespace, String name, List<KeyToPath> items, boolean optional, int mode) {
        var data = new LinkedHashMap<String, byte[]>();
        try {
            var map = objects.configMap(namespace, name);
            orEmpty(map.getData()).forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
            orEmpty(map.getBinaryData()).forEach((key, value) -> data.put(key, Base64.getMimeDecoder().decode(value)));
        } catch (MissingSource e) {
            if (!optional) {
                throw e;
            }
        }
        return chosen(data, items, optional, mode);
    }

    private Map<String, FileContent> secret(String namespace, String name, List<KeyToPath> items, boolean optional, int mode) {
        var data = new LinkedHashMap<String, byte[]>();
        try {
            orEmpty(objects.secret(namespace, name).getData()).forEach((key, value) -> data.put(key, Base64.getMimeDecoder().decode(value)));
        } catch (MissingSource e) {
            if (!optional) {
                throw e;
            }
        }
        return chosen(data, items, optional, mode);
    }

    private static Map<String, FileContent> chosen(Map<String, byte[]> data, List<KeyToPath> items, boolean optional, int mode) {
        var files = new LinkedHashMap<String, FileContent>();
        if (items.isEmpty()) {
            data.forEach((key, bytes) -> files.put(key, new FileContent(bytes, mode)));
            return files;
        }
        for (var item : items) {
            var bytes = data.get(item.getKey());
            if (bytes != null) {
                files.put(item.getPath(), new FileContent(bytes, item.getMode() == null ? mode : item.getMode()));
            } else if (!optional) {
                throw new MissingSource("references non-existent key: " + item.getKey());
            }
        }
        return files;
    }

    private Map<String, FileContent> downward(Pod pod, List<DownwardAPIVolumeFile> items, int mode) {
        var files = new LinkedHashMap<String, FileContent>();
        for (var item : items) {
            var value = item.getFieldRef() != null ? FieldPaths.value(pod, item.getFieldRef().getFieldPath(), addresses.apply(pod))
                    : ResourceFields.value(pod, pod.getSpec().getContainers().getFirst(), item.getResourceFieldRef(), allocatable.get());
            files.put(item.getPath(), new FileContent(value.getBytes(StandardCharsets.UTF_8), item.getMode() == null ? mode : item.getMode()));
        }
        return files;
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }

    private static boolean isTrue(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }
}
