namespace Microsoft.ML.Extensions.Interpretability;

internal sealed class RaspTokens : RaspCategories
{
    internal override int[] Domain(int vocabulary, int length) => [.. Enumerable.Range(0, vocabulary)];
}

internal sealed class RaspIndices : RaspCategories
{
    internal override int[] Domain(int vocabulary, int length) => [.. Enumerable.Range(0, length)];
}

internal sealed class RaspMap(RaspCategories source, Func<int, int> function) : RaspCategories
{
    public RaspCategories Source => source;

    public Func<int, int> Function => function;

    internal override int[] Domain(int vocabulary, int length) =>
        [.. source.Domain(vocabulary, length).Select(function).Distinct().Order()];
}

internal sealed class RaspCombination(RaspCategories left, RaspCategories right, Func<int, int, int> function) : RaspCategories
{
    public RaspCategories Left => left;

    public RaspCategories Right => right;

    public Func<int, int, int> Function => function;

    internal override int[] Domain(int vocabulary, int length) =>
        [.. left.Domain(vocabulary, length).SelectMany(a => right.Domain(vocabulary, length).Select(b => function(a, b))).Distinct()
            .Order()];
}

internal sealed class RaspNumberMap(RaspCategories source, Func<int, double> function) : RaspNumbers
{
    public RaspCategories Source => source;

    public Func<int, double> Function => function;
}

internal sealed class RaspAggregate(RaspSelector selector, RaspCategories values) : RaspCategories
{
    public RaspSelector Selector => selector;

    public RaspCategories Values => values;

    internal override int[] Domain(int vocabulary, int length) => values.Domain(vocabulary, length);
}

internal sealed class RaspNumberAggregate(RaspSelector selector, RaspNumbers values) : RaspNumbers
{
    public RaspSelector Selector => selector;

    public RaspNumbers Values => values;
}

/// <summary>1 / (1 + width): the attention to a row's first token when it is attended together with the selected ones.</summary>
internal sealed class RaspWidthFraction(RaspSelector selector) : RaspNumbers
{
    public RaspSelector Selector => selector;
}

internal sealed class RaspWidth(RaspWidthFraction fraction) : RaspCategories
{
    public RaspWidthFraction Fraction => fraction;

    internal override int[] Domain(int vocabulary, int length) => [.. Enumerable.Range(0, length + 1)];
}
