package io.moka.conformance.fabric8;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/// A custom kind of the tests, declared by a class as in an application.
@Group("conformance.example.com")
@Version("v1")
public class Widget extends CustomResource<Widget.Spec, Widget.State> implements Namespaced {

    private static final long serialVersionUID = 1;

    /// The desired state.
    public record Spec(Integer replicas, String colour) {
    }

    /// The observed state.
    public record State(Integer replicas, String selector) {
    }
}
