using static System.FormattableString;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>The Hermite series of an activation given by its values, by quadrature that handles kinks anywhere.</summary>
/// <remarks>
/// <para>
/// Both half-lines are cut into pieces until a polynomial follows the activation on each, so a kink ends up between pieces or in one too
/// short to count. Coefficients, E[phi^2] and E[phi'^2] are sums over the nodes of the pieces.
/// </para>
/// <para>
/// The coefficients of a smooth activation end where rounding begins. Those of one with kinks fall so slowly (a_k^2 like k^(-5/2)) that no
/// number of them gives B'. What the first 1,024 leave over of E[phi^2] and of E[phi'^2] is therefore put into two further terms, even and
/// odd ones apart: the dual and its slope are exact at 1, and off by at most what was left over in between (about 1e-6 for the ReLU).
/// </para>
/// </remarks>
internal sealed class HermiteExpansion
{
    private const int Terms = 1024;

    /// <summary>Beyond it the normal density is below 1e-42.</summary>
    private const double Range = 14;

    private const double WidestPiece = 0.25, NarrowestPiece = 1e-9;
    private const double Resolved = 1e-14, Jump = 1e-4, Kink = 1e-6, Negligible = 1e-12;
    private const int MostPieces = 10_000;

    private readonly Func<double, double> _activation;
    private readonly List<(LegendrePiece Right, LegendrePiece Left)> _pieces = [];
    private readonly double _norm;

    private HermiteExpansion(Func<double, double> activation)
    {
        _activation = activation;
        _norm = CoarseNorm();
        for (var start = 0.0; start < Range; start += WidestPiece)
        {
            Cut(start, start + WidestPiece);
        }
        CheckJoints();
        Coefficients = Expand();
    }

    /// <summary>a_k up to a common factor; the last of them may stand for all that follow.</summary>
    public double[] Coefficients { get; }

    /// <summary>Whether the slope jumps somewhere.</summary>
    public bool IsKinked { get; private set; }

    /// <exception cref="ArgumentException">
    /// The activation is not finite somewhere in [-14, 14], grows too fast for E[phi^2], jumps, is constant, or is rougher than some
    /// thousand pieces.
    /// </exception>
    public static HermiteExpansion Of(Func<double, double> activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        return new HermiteExpansion(activation);
    }

    private double Activation(double z)
    {
        var value = _activation(z);
        return double.IsFinite(value) ? value
            : throw Error(Invariant($"is {value} at {z}; it must be a finite number everywhere in [-{Range}, {Range}]"));
    }

    /// <summary>sqrt(E[phi^2]) to a few digits, the scale of errors.</summary>
    private double CoarseNorm()
    {
        const double step = 1 / 64.0;
        var (sum, ends) = (0.0, 0.0);
        for (var z = -Range; z <= Range; z += step)
        {
            var term = Activation(z) * Activation(z) * Density(z);
            sum += term * step;
            ends = Math.Abs(z) >= Range - 1 ? Math.Max(ends, term) : ends;
        }
        if (ends > 1e-16 * sum)
        {
            throw Error("grows too fast: its mean square under the standard normal law does not converge");
        }
        return sum > 0 ? Math.Sqrt(sum) : throw Error("is 0 everywhere");
    }

    private void Cut(double start, double end)
    {
        if (_pieces.Count >= MostPieces)
        {
            throw Error($"is too rough: {MostPieces} polynomials do not follow it");
        }
        var (right, left) = (new LegendrePiece(Activation, start, end), new LegendrePiece(z => Activation(-z), start, end));
        var error = Math.Max(right.Unresolved, left.Unresolved) * Math.Sqrt(Density(start));
        if (error <= Resolved * _norm || end - start < NarrowestPiece)
        {
            IsKinked |= error > Resolved * _norm;
            CheckWithin(right, start);
            CheckWithin(left, -start);
            _pieces.Add((right, left));
            return;
        }
        var middle = (start + end) / 2;
        Cut(start, middle);
        Cut(middle, end);
    }

    private void CheckWithin(LegendrePiece piece, double place)
    {
        if (piece.Place(0) - piece.Place(LegendrePiece.Nodes - 1) < NarrowestPiece)
        {
            CheckJump(piece.Values[0], piece.Values[^1], place);
        }
    }

    private void CheckJoints()
    {
        CheckJoint(_pieces[0].Right.At(-1), Mirrored(_pieces[0].Left.At(-1)), 0);
        for (var i = 1; i < _pieces.Count; i++)
        {
            var (before, after) = (_pieces[i - 1], _pieces[i]);
            var place = (before.Right.Place(0) + after.Right.Place(LegendrePiece.Nodes - 1)) / 2;
            CheckJoint(before.Right.At(1), after.Right.At(-1), place);
            CheckJoint(before.Left.At(1), after.Left.At(-1), -place);
        }
    }

    private void CheckJoint((double Value, double Slope) before, (double Value, double Slope) after, double place)
    {
        CheckJump(before.Value, after.Value, place);
        IsKinked |= Math.Abs(before.Slope - after.Slope) * Math.Sqrt(Density(place)) > Kink * _norm;
    }

    private void CheckJump(double before, double after, double place)
    {
        if (Math.Abs(before - after) * Math.Sqrt(Density(place)) > Jump * _norm)
        {
            throw Error(Invariant($"jumps from {before} to {after} near {place:G3}; its slope needs a mean square"));
        }
    }

    private static (double Value, double Slope) Mirrored((double Value, double Slope) end) => (end.Value, -end.Slope);

    /// <summary>Even coefficients from the even part of the activation, odd ones from its odd part, both on the right half-line.</summary>
    private double[] Expand()
    {
        var (coefficients, mass, slope) = (new double[Terms], new double[2], new double[2]);
        foreach (var (right, left) in _pieces)
        {
            for (var node = 0; node < LegendrePiece.Nodes; node++)
            {
                var (z, weight) = (right.Place(node), right.Weight(node));
                var slopes = (Right: right.SlopeAt(node), Left: left.SlopeAt(node));
                for (var odd = 0; odd < 2; odd++)
                {
                    var sign = 1 - (2 * odd);
                    var (value, derivative) = ((right.Values[node] + (sign * left.Values[node])) / (2 * _norm),
                        (slopes.Right + (sign * slopes.Left)) / (2 * _norm));
                    mass[odd] += 2 * weight * Density(z) * value * value;
                    slope[odd] += 2 * weight * Density(z) * derivative * derivative;
                    Project(coefficients, odd, z, 2 * weight * Math.Sqrt(Density(z)) * value);
                }
            }
        }
        if (!(mass[0] + mass[1] - (coefficients[0] * coefficients[0]) > Negligible))
        {
            throw Error("is constant");
        }
        return Completed(coefficients, mass, slope);
    }

    /// <summary>
    /// Adds a node's part to every second coefficient; the square root of the density stays with the polynomials, lest they overflow.
    /// </summary>
    private static void Project(double[] coefficients, int odd, double z, double factor)
    {
        var (before, now) = (0.0, Math.Sqrt(Density(z)));
        for (var k = 0; k < Terms; k++)
        {
            coefficients[k] += k % 2 == odd ? factor * now : 0;
            (before, now) = (now, ((z * now) - (Math.Sqrt(k) * before)) / Math.Sqrt(k + 1));
        }
    }

    /// <summary>Drops what is rounding, and adds the terms that stand for those beyond the last.</summary>
    private double[] Completed(double[] coefficients, double[] mass, double[] slope)
    {
        var all = coefficients.Select(value => Math.Abs(value) < Resolved ? 0 : value).ToList();
        for (var odd = 0; odd < 2; odd++)
        {
            var (left, leftOfSlope) = (mass[odd], slope[odd]);
            for (var k = odd; k < Terms; k += 2)
            {
                left -= coefficients[k] * coefficients[k];
                leftOfSlope -= k * coefficients[k] * coefficients[k];
            }
            if (left > Negligible)
            {
                AddTail(all, odd, left, leftOfSlope / left);
            }
        }
        return [.. all];
    }

    /// <summary>Two neighbours of the mean degree that share the mass so that the mean is met.</summary>
    private void AddTail(List<double> coefficients, int odd, double mass, double degree)
    {
        const double largest = 100 * Terms;
        if (!(degree <= largest))
        {
            throw Error("is too steep: the mean square of its slope under the standard normal law does not converge");
        }
        var below = (2 * (int)((Math.Max(degree, Terms) - odd) / 2)) + odd;
        var share = Math.Clamp((degree - below) / 2, 0, 1);
        coefficients.AddRange(new double[Math.Max(0, below + 3 - coefficients.Count)]);
        coefficients[below] = Math.Sqrt(mass * (1 - share));
        coefficients[below + 2] = Math.Sqrt(mass * share);
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    private static ArgumentException Error(string what) => new($"The activation {what}.", "activation");
}
