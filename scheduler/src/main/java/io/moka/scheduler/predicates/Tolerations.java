package io.moka.scheduler.predicates;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;

/// Which taints a pod's tolerations cover.
public final class Tolerations {

    private Tolerations() {
    }

    public static boolean tolerate(List<Toleration> tolerations, Taint taint) {
        return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
    }

    public static boolean tolerates(Toleration toleration, Taint taint) {
        if (isSet(toleration.getEffect()) && !toleration.getEffect().equals(taint.getEffect())) {
            return false;
        }
        if (isSet(toleration.getKey()) && !toleration.getKey().equals(taint.getKey())) {
            return false;
        }
        return switch (isSet(toleration.getOperator()) ? toleration.getOperator() : "Equal") {
            case "Exists" -> true;
            case "Equal" -> isSet(toleration.getKey()) && text(toleration.getValue()).equals(text(taint.getValue()));
            default -> false;
        };
    }

    private static boolean isSet(String value) {
        return value != null && !value.isEmpty();
    }

    private static String text(String value) {
        return value == null ? "" : value;
    }
}
