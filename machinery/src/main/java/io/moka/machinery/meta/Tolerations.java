package io.moka.machinery.meta;

import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells which taints a pod's tolerations cover.
public final class Tolerations {

    private Tolerations() {
    }

    public static boolean tolerate(List<Toleration> tolerations, Taint taint) {
        for (var toleration : tolerations) {
            if (tolerates(toleration, taint)) {
                return true;
            }
        }
        return false;
    }

    /// The first `NoSchedule` or `NoExecute` taint that is not tolerated, or null.
    public static @Nullable Taint untolerated(List<Toleration> tolerations, List<Taint> taints) {
        for (var taint : taints) {
            if (!"PreferNoSchedule".equals(taint.getEffect()) && !tolerate(tolerations, taint)) {
                return taint;
            }
        }
        return null;
    }

    /// Whether one toleration covers the taint.
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

    private static boolean isSet(@Nullable String value) {
        return value != null && !value.isEmpty();
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
