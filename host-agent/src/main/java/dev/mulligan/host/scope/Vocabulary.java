package dev.mulligan.host.scope;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSourceLocation;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.mulligan.host.HostException;
import dev.mulligan.host.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words that variables can be, where they are few. A condition that compares one with another word would never
 * match, and a rule that never matches protects nobody: it is a mistake.
 */
final class Vocabulary {
    private static final Map<String, List<String>> WORDS = Map.of(
            RuleLanguage.TOOL,
            Arrays.stream(Tool.values()).map(Tool::label).toList(),
            RuleLanguage.ARGUMENTS + ".operation",
            CallArguments.OPERATIONS,
            RuleLanguage.CHANGE + ".kind",
            Arrays.stream(ChangeFacts.Kind.values())
                    .map(ChangeFacts.Kind::label)
                    .toList(),
            RuleLanguage.CHANGE + ".type",
            Arrays.stream(ChangeFacts.Type.values())
                    .map(ChangeFacts.Type::label)
                    .toList());
    private static final Set<String> COMPARISONS = Set.of("_==_", "_!=_");
    private static final String MEMBERSHIP = "@in";
    private static final Set<String> OF_CALLS =
            Set.of(RuleLanguage.TOOL, RuleLanguage.ARGUMENTS, RuleLanguage.ROOT, RuleLanguage.TIME);

    private Vocabulary() {}

    /** Refuses words that a variable never is; {@code BAD_SCOPE}. */
    static void check(String source, CelAbstractSyntaxTree tree) {
        expressions(tree)
                .filter(expression -> expression.getKind() == ExprKind.Kind.CALL)
                .forEach(expression -> check(source, tree, expression.call()));
    }

    private static void check(String source, CelAbstractSyntaxTree tree, CelExpr.CelCall call) {
        if (call.args().size() != 2) {
            return;
        }
        CelExpr left = call.args().get(0);
        CelExpr right = call.args().get(1);
        if (COMPARISONS.contains(call.function())) {
            check(source, tree, left, Stream.of(right));
            check(source, tree, right, Stream.of(left));
        } else if (call.function().equals(MEMBERSHIP) && right.getKind() == ExprKind.Kind.LIST) {
            check(source, tree, left, right.list().elements().stream());
        }
    }

    private static void check(String source, CelAbstractSyntaxTree tree, CelExpr variable, Stream<CelExpr> compared) {
        List<String> words = WORDS.get(name(variable));
        if (words == null) {
            return;
        }
        compared.forEach(expression -> text(expression)
                .filter(text -> !words.contains(text))
                .ifPresent(text -> {
                    throw unknown(source, tree, variable, expression, text, words);
                }));
    }

    private static HostException unknown(
            String source,
            CelAbstractSyntaxTree tree,
            CelExpr variable,
            CelExpr expression,
            String text,
            List<String> words) {
        Integer offset = tree.getSource().getPositionsMap().get(expression.id());
        String place = Optional.ofNullable(offset)
                .flatMap(tree.getSource()::getOffsetLocation)
                .map(CelSourceLocation::getColumn)
                .map(column -> " at character " + (column + 1))
                .orElse("");
        HostException.Builder complaint = Complaint.of(source, name(variable) + " is never \"" + text + "\"" + place)
                .expected("one of " + String.join(", ", words));
        new Suggestion(words).of(text).ifPresent(meant -> complaint.remedy("did you mean '" + meant + "'?"));
        return complaint.build();
    }

    /** Calls, changes, or both; {@code BAD_SCOPE} if it names variables of calls and of changes. */
    static Phase phase(String source, CelAbstractSyntaxTree tree) {
        Set<String> named = expressions(tree)
                .filter(expression -> expression.getKind() == ExprKind.Kind.IDENT)
                .map(expression -> expression.ident().name())
                .collect(Collectors.toSet());
        boolean call = named.stream().anyMatch(OF_CALLS::contains);
        boolean change = named.contains(RuleLanguage.CHANGE);
        if (call && change) {
            throw Complaint.of(source, "it names variables of calls and of changes, which never meet")
                    .remedy("write two rules")
                    .build();
        }
        return call ? Phase.CALL : change ? Phase.CHANGE : Phase.ALWAYS;
    }

    private static Stream<CelExpr> expressions(CelAbstractSyntaxTree tree) {
        return CelNavigableAst.fromAst(tree).getRoot().allNodes().map(CelNavigableExpr::expr);
    }

    /** Of a variable or one of its fields; of anything else, empty. */
    private static String name(CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> expression.ident().name();
            case SELECT -> {
                String operand = name(expression.select().operand());
                yield operand.isEmpty()
                        ? ""
                        : operand + "." + expression.select().field();
            }
            default -> "";
        };
    }

    private static Optional<String> text(CelExpr expression) {
        return expression.getKind() == ExprKind.Kind.CONSTANT
                        && expression.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? Optional.of(expression.constant().stringValue())
                : Optional.empty();
    }
}
