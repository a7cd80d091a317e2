namespace Microsoft.ML.Extensions.Sequence;

/// <summary>The function to be approximated, from sequences <c>[n, d]</c> of a box to sequences <c>[n, m]</c>.</summary>
internal sealed class SequenceTarget
{
    private const int MostChannels = 64;

    private readonly Func<double[,], double[,]> _function;

    /// <exception cref="ArgumentException">The function gives sequences of a wrong shape.</exception>
    public SequenceTarget(Func<double[,], double[,]> function, SequenceBox domain)
    {
        (_function, Domain) = (function, domain);
        Channels = function(domain.At([.. Enumerable.Repeat(0.5, domain.Size)])).GetLength(1);
        if (Channels is < 1 or > MostChannels)
        {
            throw new ArgumentException(
                $"The target gives {Channels} channels per step; allowed are 1 to {MostChannels}.", nameof(function));
        }
    }

    public SequenceBox Domain { get; }

    /// <summary>m.</summary>
    public int Channels { get; }

    /// <summary>The values at a sequence, step after step; the function may modify its argument.</summary>
    /// <exception cref="ArgumentException">The function gave a sequence of a wrong shape, or a value that is not finite.</exception>
    public double[] At(double[,] sequence)
    {
        var output = _function((double[,])sequence.Clone());
        if (output.GetLength(0) != Domain.Steps || output.GetLength(1) != Channels)
        {
            throw new ArgumentException(
                $"The target gave a sequence [{output.GetLength(0)}, {output.GetLength(1)}]; expected is [{Domain.Steps}, {Channels}] everywhere.");
        }
        double[] values = [.. output.Cast<double>()];
        return Array.TrueForAll(values, double.IsFinite) ? values : throw new ArgumentException(
            $"The target is not finite at [{string.Join(", ", sequence.Cast<double>().Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture)))}], step after step; only continuous functions can be approximated.");
    }
}
