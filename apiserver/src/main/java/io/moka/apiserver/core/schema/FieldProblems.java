package io.moka.apiserver.core.schema;

import java.util.ArrayList;
import java.util.List;

/// Collects the unknown fields of one object: at most [#MAX_PROBLEMS], with at most [#MAX_CHARACTERS] in their paths.
/// The path of a field below a long map key is long, so that a body of 3 MiB could otherwise cause many gigabytes of paths.
/// Fields beyond these bounds are pruned like the others.
public final class FieldProblems {
    static final int MAX_PROBLEMS = 1_000;
    static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    private final List<FieldProblem> problems = new ArrayList<>(0);
    private long characters;

    /// @param path the field's path; converted with [Object#toString()] only if it is collected
    public void add(Object path) {
        if (problems.size() < MAX_PROBLEMS && characters < MAX_CHARACTERS) {
            FieldProblem problem = new FieldProblem(path.toString());
            problems.add(problem);
            characters += problem.path().length();
        }
    }

    public List<FieldProblem> list() {
        return problems;
    }
}
