package io.moka.apiserver.extension.crd;

import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import io.moka.apiserver.extension.cel.CelEnvironment;
import io.moka.apiserver.extension.cel.CelEnvironment.Compilation;
import io.moka.apiserver.extension.cel.CelEnvironment.Variable;
import io.moka.apiserver.extension.cel.CelExpression;
import io.moka.apiserver.extension.cel.SchemaTypes;
import io.moka.apiserver.extension.structural.StructuralSchema;
import io.moka.apiserver.extension.structural.ValidationRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The compiled validation rules of a schema, as a tree of the schema's shape; subtrees without rules are left out.
record CompiledRules(List<Compiled> rules, Map<String, CompiledRules> properties, @Nullable CompiledRules items, @Nullable CompiledRules additional) {

    /// @param message the compiled `messageExpression`; null when the rule has none
    record Compiled(ValidationRule source, CelExpression expression, @Nullable CelExpression message) {}

    @Nullable CompiledRules child(String key) {
        CompiledRules property = properties.get(key);
        return property != null ? property : additional;
    }

    static CompiledRules of(StructuralSchema schema) {
        SchemaTypes types = new SchemaTypes();
        return of(schema, types.ofObject(schema), types, "Object");
    }

    private static CompiledRules of(StructuralSchema schema, CelType self, SchemaTypes types, String name) {
        Map<String, CompiledRules> properties = new HashMap<>();
        schema.properties().forEach((property, child) -> {
            if (child.hasRules()) {
                properties.put(property, below(child, types, name + "." + property));
            }
        });
        return new CompiledRules(compile(schema.rules(), self, types), properties,
                schema.items() != null && schema.items().hasRules() ? below(schema.items(), types, name + ".@items") : null,
                schema.additional() != null && schema.additional().hasRules() ? below(schema.additional(), types, name + ".@values") : null);
    }

    private static CompiledRules below(StructuralSchema schema, SchemaTypes types, String name) {
        return of(schema, types.of(name, schema), types, name);
    }

    /// Compiles the rules of one node. A rule of an older definition that no longer compiles is left out.
    private static List<Compiled> compile(List<ValidationRule> rules, CelType self, SchemaTypes types) {
        List<Compiled> compiled = new ArrayList<>();
        for (ValidationRule rule : rules) {
            CelEnvironment environment = environment(rule, self, types);
            if (environment.compile(rule.rule(), CelKind.BOOL) instanceof Compilation.Compiled(CelExpression expression)) {
                boolean ownWords = !rule.messageExpression().isEmpty();
                compiled.add(new Compiled(rule, expression,
                        ownWords && environment.compile(rule.messageExpression(), CelKind.STRING) instanceof Compilation.Compiled(CelExpression message) ? message : null));
            }
        }
        return compiled;
    }

    static CelEnvironment environment(ValidationRule rule, CelType self, SchemaTypes types) {
        return new CelEnvironment(List.of(new Variable("self", self), new Variable("oldSelf", rule.optionalOldSelf() ? OptionalType.create(self) : self)), types.structs());
    }
}
