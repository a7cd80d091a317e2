using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Extensions.Contract.Tests;

/// <summary>
/// What AutoML 0.23 makes of an option's attribute: a number u from 0 to 1 becomes a value and back, as in Microsoft.ML.SearchSpace's
/// UniformNumericOption and ChoiceOption. Integers are rounded down. A sweep starts at the default after it went there and back twice.
/// </summary>
internal sealed record SampledOption(
    object Start, object First, object Last, double Tolerance, Func<double, object> ValueAt, Func<object, double> PositionOf)
{
    private const int Samples = 10_000;

    /// <summary>The searched option; null where it is not searched, or by yes and no.</summary>
    public static SampledOption? Of(OptionLeaf leaf) => leaf.Find<RangeAttribute>() is { } range ? Of(range)
        : leaf.Find<ChoiceAttribute>() is { } choice ? Of(choice) : null;

    /// <summary>A range; with integers as ends its values are rounded down.</summary>
    public static SampledOption Of(RangeAttribute range)
    {
        var (min, max, whole) = (Convert.ToDouble(range.Min), Convert.ToDouble(range.Max), range.Min is int);
        double Sample(double position) => range.LogBase ? min * Math.Pow(max / min, position) : min + ((max - min) * position);
        double Find(double value)
        {
            var (x, from, to) = range.LogBase ? (Math.Log(value), Math.Log(min), Math.Log(max)) : (value, min, max);
            return (x / (to - from)) - (from / (to - from));
        }
        return new(range.Init, range.Min, range.Max, whole ? 0 : 1e-3,
            position => whole ? Convert.ToInt32(Math.Floor(Sample(position))) : (object)Sample(position),
            value => Find(Convert.ToDouble(value)));
    }

    /// <summary>A choice, whose index is a range of Singles; without a default it starts with the first candidate.</summary>
    public static SampledOption Of(ChoiceAttribute choice)
    {
        var count = choice.Candidates.Length;
        return new(choice.DefaultValue ?? choice.Candidates[0], choice.Candidates[0], choice.Candidates[^1], 0,
            position => choice.Candidates[Math.Min((int)Math.Floor((float)(count * position)), count - 1)],
            value => Array.IndexOf(choice.Candidates, value) / (double)count);
    }

    /// <summary>What a sweep gets wrong; the default of a nullable option, null, is not among its values.</summary>
    public IEnumerable<string> Faults(object? defaultValue)
    {
        var start = ValueAt(PositionOf(ValueAt(PositionOf(Start))));
        if (defaultValue is not null && !Same(start, defaultValue, 1e-9))
        {
            yield return FormattableString.Invariant($"a sweep starts at {start} instead of {defaultValue}");
        }
        // Below 1, since random positions never are 1.
        var values = Enumerable.Range(0, Samples).Select(sample => ValueAt(sample / (double)Samples)).ToArray();
        foreach (var end in new[] { First, Last }.Where(end => !values.Any(value => Same(value, end, Tolerance))))
        {
            yield return FormattableString.Invariant($"{end} is never reached");
        }
    }

    private static bool Same(object value, object other, double tolerance) =>
        value is double number
            ? Math.Abs(number - (double)other) <= tolerance * Math.Max(1e-6, Math.Abs((double)other)) : value.Equals(other);
}
