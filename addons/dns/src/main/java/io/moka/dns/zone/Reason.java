package io.moka.dns.zone;

import io.fabric8.kubernetes.api.model.HasMetadata;
import org.jspecify.annotations.Nullable;

/// The reason for an answer: the rule, and the object that the rule was applied to, if there is one.
public record Reason(Rule rule, @Nullable HasMetadata object) {

    /// The rules of the zone, in the order of the specification.
    public enum Rule {
        SERVICE_ADDRESS("the service's cluster addresses"),
        SERVICE_WITHOUT_ADDRESS("the service has no cluster address yet"),
        HEADLESS_ENDPOINTS("the ready endpoints of the headless service"),
        HEADLESS_WITHOUT_ENDPOINTS("the headless service has no ready endpoint"),
        EXTERNAL_NAME("the service's external name"),
        NO_SERVICE("there is no such service"),
        ENDPOINT("the ready endpoint of this hostname or dashed address"),
        NO_ENDPOINT("the service has no ready endpoint of this hostname or dashed address"),
        PORT("the service's port of this name and protocol"),
        NO_PORT("the service has no port of this name and protocol"),
        PROTOCOL("the service has named ports of this protocol, each with a name of its own"),
        NAMESPACE("the namespace, which has no record of its own"),
        NO_NAMESPACE("there is no such namespace"),
        POD("the pod with this address in this namespace"),
        NO_POD("no pod of this namespace has this address"),
        SUBTREE("the beginning of services' or pods' names, which has no record of its own"),
        VERSION("the version of the DNS specification"),
        APEX("the zone's own records"),
        NAME_SERVER("the address of the DNS service"),
        NO_SUCH_FORM("no name of the cluster has this form"),
        REVERSE_SERVICE("the service with this cluster address"),
        REVERSE_ENDPOINT("the endpoint of a headless service with this address"),
        ALIAS_LOOP("external names lead from one to the next too often"),
        BAD_EXTERNAL_NAME("the service's external name is no name"),
        OUTSIDE("no name of the cluster; the upstream servers are asked");

        private final String text;

        Rule(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    static Reason of(Rule rule) {
        return new Reason(rule, null);
    }

    /// Returns the rule and the object with its resourceVersion, for people.
    @Override
    public String toString() {
        if (object == null) {
            return rule.text();
        }
        var metadata = object.getMetadata();
        var key = metadata.getNamespace() == null ? metadata.getName() : metadata.getNamespace() + "/" + metadata.getName();
        return rule.text() + ": " + object.getKind() + " " + key + " (resourceVersion " + metadata.getResourceVersion() + ")";
    }
}
