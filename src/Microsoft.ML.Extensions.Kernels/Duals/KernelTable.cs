using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Onnx;

namespace Microsoft.ML.Extensions.Kernels;

/// <summary>
/// A function of the inner product as piecewise polynomials: a kernel of any depth is a function of one number, and a table costs
/// the same for all of them.
/// </summary>
/// <remarks>
/// Kernels of deep networks are steep near the ends of their domain, [-1, 1] or [0, 1], at a scale that shrinks with every layer, and have
/// roots and powers of the distance v from the end there. So each half of the domain has pieces of equal relative width in v, 2^bits of
/// them to an octave down to the smallest 1 - xi of a double: on such a piece every power of v is as smooth as on any other. The piece and
/// the place in it are read off the bits of v. A piece is the polynomial of degree 7 through Chebyshev's nodes: eight coefficients, one
/// cache line.
/// </remarks>
internal sealed class KernelTable
{
    private const int Terms = 8, TermBits = 3;

    /// <summary>
    /// The number of values that are located before they are evaluated: enough to amortise the calls, few enough for the first-level cache.
    /// </summary>
    private const int Block = 256;

    /// <summary>1 - xi of a double is 0 or at least 2^-53.</summary>
    private const int Octaves = 53;

    private const int MantissaBits = 52, LeastExponent = 1023 - Octaves;

    /// <summary>The allowed error relative to the larger of the value and 1.</summary>
    private const double Tolerance = 1e-13;

    private const int FewestBits = 4, MostBits = 7;

    private static readonly double[] s_nodes = [.. Enumerable.Range(0, Terms).Select(i => Math.Cos(Math.PI * (i + 0.5) / Terms))];
    private static readonly double[,] s_toMonomials = ToMonomials();

    private readonly int _bits;
    private readonly double _low;
    private readonly double[] _coefficients;

    private KernelTable(double low, int bits, double[] coefficients) => (_low, _bits, _coefficients) = (low, bits, coefficients);

    /// <summary>
    /// The coarsest table that meets the tolerance between its nodes; null where even the finest table is not accurate enough.
    /// </summary>
    /// <param name="function">The function itself; called from several threads.</param>
    /// <param name="low">Where the domain begins, -1 or 0; it ends at 1.</param>
    public static KernelTable? Of(Func<Correlation, double> function, double low) =>
        Enumerable.Range(FewestBits, MostBits - FewestBits + 1).Select(bits => TryBuild(function, low, bits))
            .FirstOrDefault(table => table is not null);

    /// <summary>Replaces xi by the function's value; values outside the domain are clamped, NaN stays NaN.</summary>
    public void Apply(Span<double> values)
    {
        Span<double> places = stackalloc double[Block];
        Span<long> offsets = stackalloc long[Block];
        for (var start = 0; start < values.Length; start += Block)
        {
            var block = values.Slice(start, Math.Min(Block, values.Length - start));
            Locate(block, places, offsets);
            Evaluate(block, places, offsets);
        }
    }

    /// <summary>The function's values in ONNX, in double precision.</summary>
    public OnnxValue ToOnnx(OnnxGraph graph, OnnxValue values)
    {
        OnnxValue Number(double value) => graph.Constant([value]);
        var isLower = graph.Op("Less", [values, Number((_low + 1) / 2)]);
        var gap = graph.Op("Where", [isLower, graph.Minus(values, Number(_low)), graph.Minus(Number(1), values)]);
        var isEnd = graph.Op("Less", [gap, Number(Math.ScaleB(1, -Octaves))]);
        gap = graph.Op("Min", [graph.Op("Max", [gap, Number(Math.ScaleB(1, -Octaves))]), Number(Math.BitDecrement((1 - _low) / 2))]);
        // A logarithm near a whole number may round to the octave beside, whose pieces are as near there.
        var octave = graph.Op("Floor", [graph.Over(graph.Op("Log", [gap]), Number(Math.Log(2)))]);
        octave = graph.Op("Min", [graph.Op("Max", [graph.Plus(octave, Number(Octaves)), Number(0)]), Number(Octaves - 1)]);
        double[] units = [.. Enumerable.Range(0, Octaves).Select(index => Math.ScaleB(1, Octaves - index))];
        var unit = graph.Op("Gather", [graph.Constant(units, Octaves), graph.Cast(octave, OnnxType.Int64)]);
        var inOctave = graph.Times(graph.Minus(graph.Times(gap, unit), Number(1)), Number(1L << _bits));
        var piece = graph.Op("Min", [graph.Op("Max", [graph.Op("Floor", [inOctave]), Number(0)]), Number((1L << _bits) - 1)]);
        var place = graph.Minus(graph.Times(graph.Minus(inOctave, piece), Number(2)), Number(1));
        var pieces = _coefficients.Length / Terms / 2;
        var index = graph.Plus(graph.Plus(graph.Times(octave, Number(1L << _bits)), piece), Number(1));
        index = graph.Op("Where", [isEnd, Number(0), index]);
        index = graph.Cast(graph.Plus(index, graph.Op("Where", [isLower, Number(pieces), Number(0)])), OnnxType.Int64);
        OnnxValue Coefficient(int power) => graph.Op("Gather",
            [graph.Constant([.. Enumerable.Range(0, 2 * pieces).Select(each => _coefficients[(each * Terms) + power])], 2L * pieces), index]);
        var sum = Coefficient(Terms - 1);
        for (var power = Terms - 2; power >= 0; power--)
        {
            sum = graph.Plus(graph.Times(sum, place), Coefficient(power));
        }
        return sum;
    }

    /// <summary>The place of each xi in its piece, -1 to 1, and where the piece's coefficients begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Locate(Span<double> values, Span<double> places, Span<long> offsets)
    {
        Locator locator = new(_low, _bits, _coefficients.Length / 2);
        var i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            locator.Locate(new Vector<double>(values[i..]), out var place, out var offset);
            place.CopyTo(places[i..]);
            offset.CopyTo(offsets[i..]);
        }
        for (; i < values.Length; i++)
        {
            locator.Locate(new Vector<double>(values[i]), out var place, out var offset);
            (places[i], offsets[i]) = (place[0], offset[0]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evaluate(Span<double> values, ReadOnlySpan<double> places, ReadOnlySpan<long> offsets)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(_coefficients);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Polynomial(ref Unsafe.Add(ref table, (nint)offsets[i]), places[i]) + (values[i] - values[i]);
        }
    }

    /// <summary>Estrin's scheme: three products deep where Horner's is seven.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Polynomial(ref double c, double x)
    {
        var square = x * x;
        var low = Fused(Fused(Unsafe.Add(ref c, 3), x, Unsafe.Add(ref c, 2)), square, Fused(Unsafe.Add(ref c, 1), x, c));
        var high = Fused(Fused(Unsafe.Add(ref c, 7), x, Unsafe.Add(ref c, 6)), square,
            Fused(Unsafe.Add(ref c, 5), x, Unsafe.Add(ref c, 4)));
        return Fused(high, square * square, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fused(double a, double b, double c) => Math.FusedMultiplyAdd(a, b, c);

    private static KernelTable? TryBuild(Func<Correlation, double> function, double low, int bits)
    {
        var (pieces, needed) = ((Octaves << bits) + 1, (low < 0 ? Octaves : Octaves - 1) << bits);
        var coefficients = new double[2 * pieces * Terms];
        var good = Parallel.For(0, 2 * (needed + 1), (i, state) =>
        {
            var (half, piece) = (i % 2, i / 2);
            if (!Fit(gap => function(half == 0 ? Correlation.Below(gap) : Above(low, gap)), piece, bits,
                coefficients.AsSpan(((half * pieces) + piece) * Terms, Terms)))
            {
                state.Stop();
            }
        }).IsCompleted;
        return good ? new KernelTable(low, bits, coefficients) : null;
    }

    private static Correlation Above(double low, double gap) => low < 0 ? -Correlation.Below(gap) : Correlation.Of(gap);

    /// <summary>Fits one piece and checks its accuracy halfway between its nodes; piece 0 is the end point.</summary>
    private static bool Fit(Func<double, double> function, int piece, int bits, Span<double> coefficients)
    {
        if (piece == 0)
        {
            coefficients[0] = function(0);
            return true;
        }
        var start = BitConverter.Int64BitsToDouble((((long)LeastExponent << bits) + piece - 1) << (MantissaBits - bits));
        var end = BitConverter.Int64BitsToDouble((((long)LeastExponent << bits) + piece) << (MantissaBits - bits));
        var (middle, radius) = ((start + end) / 2, (end - start) / 2);
        Span<double> values = stackalloc double[Terms];
        for (var i = 0; i < Terms; i++)
        {
            values[i] = function(middle + (radius * s_nodes[i]));
        }
        Interpolate(values, coefficients);
        return IsNear(function, middle, radius, coefficients);
    }

    private static bool IsNear(Func<double, double> function, double middle, double radius, Span<double> coefficients)
    {
        ReadOnlySpan<double> places = [-1, Math.Cos(Math.PI / Terms), 0, -Math.Cos(Math.PI * 3 / Terms)];
        foreach (var place in places)
        {
            var expected = function(middle + (radius * place));
            if (!(Math.Abs(expected - Polynomial(ref coefficients[0], place)) <= Tolerance * Math.Max(1, Math.Abs(expected))))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Values at Chebyshev's nodes to coefficients of the monomials, through those of Chebyshev's polynomials.</summary>
    private static void Interpolate(ReadOnlySpan<double> values, Span<double> coefficients)
    {
        for (var k = 0; k < Terms; k++)
        {
            var sum = 0.0;
            for (var i = 0; i < Terms; i++)
            {
                sum += values[i] * Math.Cos(Math.PI * k * (i + 0.5) / Terms);
            }
            for (var power = 0; power < Terms; power++)
            {
                coefficients[power] += sum * (k == 0 ? 1.0 : 2.0) / Terms * s_toMonomials[k, power];
            }
        }
    }

    /// <summary>T_0 = 1, T_1 = x, T_{k+1} = 2 x T_k - T_{k-1}.</summary>
    private static double[,] ToMonomials()
    {
        var rows = new double[Terms, Terms];
        (rows[0, 0], rows[1, 1]) = (1, 1);
        for (var k = 2; k < Terms; k++)
        {
            for (var power = 0; power < Terms; power++)
            {
                rows[k, power] = (power > 0 ? 2 * rows[k - 1, power - 1] : 0) - rows[k - 2, power];
            }
        }
        return rows;
    }

    /// <summary>Locates the pieces of numbers by their bits, one lane at a time, with shared constants per block.</summary>
    private readonly struct Locator(double low, int bits, int lowerHalf)
    {
        private readonly Vector<double> _low = new(low), _middle = new((low + 1) / 2);

        // Above the floor lies the first piece; the ceiling is the last double of a half.
        private readonly Vector<double> _floor = new(Math.BitDecrement(Math.ScaleB(1, -Octaves))),
            _ceiling = new(Math.BitDecrement((1 - low) / 2));
        private readonly Vector<double> _scale = new(1L << (bits + 1)), _shift = new((1L << (bits + 1)) + 1);
        private readonly Vector<long> _first = new(((long)LeastExponent << bits) - 1), _mask = new((1L << (MantissaBits - bits)) - 1),
            _lowerHalf = new(lowerHalf);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Locate(Vector<double> value, out Vector<double> place, out Vector<long> offset)
        {
            var lower = Vector.LessThan(value, _middle);
            var gap = Vector.ConditionalSelect(lower, value - _low, Vector<double>.One - value);
            gap = Vector.ConditionalSelect(Vector.GreaterThan(gap, _floor), gap, _floor);
            gap = Vector.ConditionalSelect(Vector.LessThan(gap, _ceiling), gap, _ceiling);
            var pattern = Vector.AsVectorInt64(gap);
            var fraction = Vector.AsVectorDouble((pattern & _mask) | Vector.AsVectorInt64(Vector<double>.One));
            place = (fraction * _scale) - _shift;
            offset = Vector.ShiftLeft(Vector.ShiftRightLogical(pattern, MantissaBits - bits) - _first, TermBits) + (lower & _lowerHalf);
        }
    }
}
