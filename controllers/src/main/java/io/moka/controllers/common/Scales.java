package io.moka.controllers.common;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.moka.machinery.client.ApiClient;
import io.moka.machinery.client.ApiException;

/// Reads the `scale` subresource of any object whose kind has one, custom resources among them. Safe for any number of threads.
public final class Scales {

    /// The number of replicas that an object wants.
    public sealed interface Answer {

        record Replicas(int number) implements Answer {
        }

        /// The number is unknown for this reason.
        record Unscalable(String reason) implements Answer {
        }
    }

    private final ApiClient client;

    private final OwnerTypes types;

    public Scales(ApiClient client) {
        this.client = client;
        this.types = new OwnerTypes(client);
    }

    /// @throws ApiException where the server refuses for another reason than that there is no such object or scale
    public Answer read(String namespace, OwnerReference owner) {
        var type = types.find(owner);
        if (type == null) {
            return new Answer.Unscalable("no matches for kind \"%s\" in version \"%s\"".formatted(owner.getKind(), owner.getApiVersion()));
        }
        try {
            var scale = client.resources(type).readSubresource(namespace, owner.getName(), "scale", Scale.class);
            if (!owner.getUid().equals(scale.getMetadata().getUid())) {
                return new Answer.Unscalable("%s %s is another object by now".formatted(type.qualifiedPlural(), owner.getName()));
            }
            return new Answer.Replicas(scale.getSpec() == null || scale.getSpec().getReplicas() == null ? 0 : scale.getSpec().getReplicas());
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return new Answer.Unscalable("%s does not implement the scale subresource".formatted(type.qualifiedPlural()));
            }
            throw e;
        }
    }
}
