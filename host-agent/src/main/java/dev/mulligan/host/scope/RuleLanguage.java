package dev.mulligan.host.scope;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructTypeReference;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.DurationLiteralValidator;
import dev.cel.validator.validators.RegexLiteralValidator;
import dev.cel.validator.validators.TimestampLiteralValidator;
import dev.mulligan.host.HostException;
import dev.mulligan.proto.rule.v1.CallArguments;
import dev.mulligan.proto.rule.v1.Change;
import java.util.List;
import java.util.Optional;

/**
 * The language of conditions: CEL's standard definitions and macros, and the variables of calls and changes. Expensive to
 * make (some 100 ms), cheap to use; only scopes with rules ever need it.
 *
 * <p>Source: the CEL specification, github.com/google/cel-spec.
 */
final class RuleLanguage {
    static final String TOOL = "tool";
    static final String ARGUMENTS = "args";
    static final String ROOT = "root";
    static final String TIME = "time";
    static final String CHANGE = "change";

    /** Five times as many as a call may have arguments. */
    private static final int MOST_ITERATIONS = 50_000;

    private static final int LARGEST_PATTERN = 1_000;

    private final Cel cel;
    private final CelValidator validator;

    private RuleLanguage() {
        cel = CelFactory.plannerCelBuilder()
                .setOptions(CelOptions.current()
                        // The planner asks for it; conditions with numbers gain by it.
                        .enableHeterogeneousNumericComparisons(true)
                        .maxExpressionCodePointSize(Condition.LONGEST)
                        .comprehensionMaxIterations(MOST_ITERATIONS)
                        .maxRegexProgramSize(LARGEST_PATTERN)
                        .build())
                .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                .addMessageTypes(CallArguments.getDescriptor(), Change.getDescriptor())
                .addVar(TOOL, SimpleType.STRING)
                .addVar(
                        ARGUMENTS,
                        StructTypeReference.create(CallArguments.getDescriptor().getFullName()))
                .addVar(ROOT, SimpleType.BOOL)
                .addVar(TIME, SimpleType.DURATION)
                .addVar(
                        CHANGE,
                        StructTypeReference.create(Change.getDescriptor().getFullName()))
                .setResultType(SimpleType.BOOL)
                .build();
        validator = CelValidatorFactory.standardCelValidatorBuilder(cel)
                .addAstValidators(
                        RegexLiteralValidator.INSTANCE,
                        DurationLiteralValidator.INSTANCE,
                        TimestampLiteralValidator.INSTANCE)
                .build();
    }

    /** The one that all conditions share; it cannot be changed. */
    static RuleLanguage get() {
        return Once.LANGUAGE;
    }

    /** A condition that was checked. */
    record Checked(CelRuntime.Program program, Phase phase) {}

    /** Checks types, literals and words; {@code BAD_SCOPE} with the place. */
    Checked check(String source) {
        try {
            CelAbstractSyntaxTree tree = cel.compile(source).getAst();
            first(validator.validate(tree).getErrors()).ifPresent(issue -> {
                throw complaint(source, issue);
            });
            Vocabulary.check(source, tree);
            return new Checked(cel.createProgram(tree), Vocabulary.phase(source, tree));
        } catch (CelValidationException invalid) {
            throw first(invalid.getErrors())
                    .map(issue -> complaint(source, issue))
                    .orElseGet(() -> Complaint.of(source, String.valueOf(invalid.getMessage()))
                            .build());
        } catch (CelEvaluationException unusable) {
            throw Complaint.of(source, String.valueOf(unusable.getMessage())).build();
        }
    }

    private static Optional<CelIssue> first(List<CelIssue> issues) {
        return issues.stream().findFirst();
    }

    private static HostException complaint(String source, CelIssue issue) {
        return Complaint.of(
                source,
                issue.getSourceLocation().getLine(),
                issue.getSourceLocation().getColumn(),
                issue.getMessage());
    }

    private static final class Once {
        static final RuleLanguage LANGUAGE = new RuleLanguage();
    }
}
