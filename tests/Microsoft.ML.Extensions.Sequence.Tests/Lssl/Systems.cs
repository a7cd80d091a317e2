using Microsoft.ML.Extensions.Numerics.StateSpace;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Sequence.Tests.Lssl;

/// <summary>Small state spaces of every kind, and their reference results.</summary>
internal static class Systems
{
    public const int Features = 3, Size = 8, Channels = 2;

    public static LsslOptions Options(
        StateMatrix matrix, LsslKernel kernel = LsslKernel.Auto, LsslLearning learn = LsslLearning.All, double alpha = 0.5) => new()
        {
            HiddenSize = Features,
            StateSize = Size,
            Channels = Channels,
            StateMatrix = matrix,
            Kernel = kernel,
            Learn = learn,
            Alpha = alpha,
            MinTimescale = 0.01,
            MaxTimescale = 0.2,
            Bidirectional = false,
            ConvolutionWidth = 0,
        };

    public static StateSpace Create(LsslOptions options) => StateSpace.Create(options, new Generator(11));

    /// <summary>K by the recurrence in double precision, from the layer's own parameters.</summary>
    public static Tensor Kernel(StateSpace system, LsslOptions options, int length)
    {
        var values = system.state_dict();
        var result = zeros([Features, Channels, length], ScalarType.Float64);
        for (var feature = 0; feature < Features; feature++)
        {
            var step = Math.Exp(values["logTimescale"][feature].to(ScalarType.Float64).Item<double>());
            var (a, b) = Continuous(values, options, feature);
            var krylov = StateSpaceRecurrence.Discretize(a, b, step, options.Alpha).Krylov(length);
            for (var channel = 0; channel < Channels; channel++)
            {
                var c = Row(values["output"][feature][channel]);
                for (var l = 0; l < length; l++)
                {
                    result[feature, channel, l] = krylov[l].Zip(Real(c, options), (x, weight) => x * weight).Sum();
                }
            }
        }
        return result;
    }

    // A diagonal pair a + ib, c + id is the real system [[a, -b], [b, a]], B = (1, 0), C = (2 c, -2 d).
    private static (double[,] A, double[] B) Continuous(Dictionary<string, Tensor> values, LsslOptions options, int feature)
    {
        if (!options.StateMatrix.IsDiagonal())
        {
            var a = options.StateMatrix switch
            {
                StateMatrix.LegS => Hippo.LegS(Size),
                StateMatrix.LegT => Hippo.LegT(Size),
                StateMatrix.LagT => Hippo.LagT(Size),
                _ => Square(Row(values["matrix.entries"].view(-1))),
            };
            return (a, Row(values["input"]));
        }
        var decay = Row(values["matrixLogDecay"][feature].exp().neg());
        var frequency = options.StateMatrix == StateMatrix.DiagonalReal ? null : Row(values["matrixFrequency"][feature]);
        var matrix = new double[Size, Size];
        for (var n = 0; n < Size; n++)
        {
            matrix[n, n] = frequency is null ? decay[n] : decay[n / 2];
            if (frequency is not null)
            {
                matrix[n, n ^ 1] = n % 2 == 0 ? -frequency[n / 2] : frequency[n / 2];
            }
        }
        return (matrix, [.. Enumerable.Range(0, Size).Select(n => frequency is null || n % 2 == 0 ? 1.0 : 0.0)]);
    }

    private static IEnumerable<double> Real(double[] c, LsslOptions options) =>
        options.StateMatrix.IsDiagonal() && options.StateMatrix != StateMatrix.DiagonalReal
            ? c.Select((value, n) => n % 2 == 0 ? 2 * value : -2 * value) : c;

    private static double[] Row(Tensor values) => values.detach().to(ScalarType.Float64).contiguous().view(-1).data<double>().ToArray();

    private static double[,] Square(double[] values)
    {
        var matrix = new double[Size, Size];
        for (var n = 0; n < values.Length; n++)
        {
            matrix[n / Size, n % Size] = values[n];
        }
        return matrix;
    }
}
