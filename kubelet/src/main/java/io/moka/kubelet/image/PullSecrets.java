package io.moka.kubelet.image;

import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.moka.kubelet.runtime.RegistryLogin;
import io.moka.kubelet.source.ClusterObjects;
import io.moka.kubelet.source.MissingSource;
import io.moka.machinery.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the login for an image's registry among the pod's `imagePullSecrets`.
final class PullSecrets {

    private static final Logger log = LoggerFactory.getLogger(PullSecrets.class);

    private final ClusterObjects objects;

    PullSecrets(ClusterObjects objects) {
        this.objects = objects;
    }

    @Nullable RegistryLogin loginFor(Pod pod, String image) {
        var registry = ImageNames.registry(image);
        for (LocalObjectReference reference : pod.getSpec().getImagePullSecrets()) {
            try {
                var login = login(pod.getMetadata().getNamespace(), reference.getName(), registry);
                if (login != null) {
                    return login;
                }
            } catch (MissingSource | IOException e) {
                log.debug("pull secret {} is of no use: {}", reference.getName(), e.getMessage());
            }
        }
        return null;
    }

    private @Nullable RegistryLogin login(String namespace, String name, String registry) throws IOException {
        var data = objects.secret(namespace, name).getData();
        var text = data == null ? null : data.get(".dockerconfigjson");
        if (text == null) {
            return null;
        }
        for (var auth : Json.mapper().readTree(Base64.getMimeDecoder().decode(text)).path("auths").properties()) {
            var host = auth.getKey().replaceFirst("^https?://", "").split("/", 2)[0].replaceFirst("^index\\.", "");
            if (host.equals(registry)) {
                return login(auth.getKey(), auth.getValue().path("auth").asText(), auth.getValue().path("username").asText(),
                        auth.getValue().path("password").asText());
            }
        }
        return null;
    }

    private static RegistryLogin login(String registry, String encoded, String username, String password) {
        if (encoded.isEmpty()) {
            return new RegistryLogin(registry, username, password);
        }
        var pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
        return new RegistryLogin(registry, pair[0], pair.length > 1 ? pair[1] : "");
    }
}
