using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Persistence;
using Microsoft.ML.Extensions.Scoring;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions;

/// <summary>How sparse a trained model is: its matrices, parameters, bytes and operations. Its text is a table.</summary>
public sealed class SparsityReport
{
    private SparsityReport(
        IReadOnlyList<MatrixSparsity> matrices, long parameters, long nonZeroParameters, long weightBytes, long packedBytes, ModelDescription description)
    {
        (Matrices, ParameterCount, NonZeroCount) = (matrices, parameters, nonZeroParameters);
        (WeightBytes, PackedBytes, ExploredShare) = (weightBytes, packedBytes, description.ExploredShare);
        (MeanTrainingDensity, PeakTrainingDensity) = (description.MeanDensity, description.PeakDensity);
    }

    /// <summary>The matrices that can be sparse, whether they are or not.</summary>
    public IReadOnlyList<MatrixSparsity> Matrices { get; }

    /// <summary>The number of all parameters, biases and tables included.</summary>
    public long ParameterCount { get; }

    /// <summary>Those that are not 0.</summary>
    public long NonZeroCount { get; }

    /// <summary>The part of the weights of <see cref="Matrices"/> that is not 0; 1 where there are none.</summary>
    public double Density => Matrices.Count == 0 ? 1 : (double)SparseFlops / DenseFlops;

    /// <summary>The bytes of the weights in memory, which zeros do not change.</summary>
    public long WeightBytes { get; }

    /// <summary>The bytes of the weights in a model file, which is a zip.</summary>
    public long PackedBytes { get; }

    /// <summary>
    /// The floating-point operations of the matrices for one step of a sequence, one vector or one pixel: a multiplication and an addition for
    /// each weight.
    /// </summary>
    public long DenseFlops => 2 * Matrices.Sum(matrix => matrix.Count);

    /// <summary>Those of weights that are not 0. The kernels compute all of them: this is no time.</summary>
    public long SparseFlops => 2 * Matrices.Sum(matrix => matrix.NonZeroCount);

    /// <summary>
    /// The part of the target weights that were live at any time of the training (Liu et al. 2021, arXiv 2102.02887), the mean over an
    /// ensemble; null where training was not sparse.
    /// </summary>
    public double? ExploredShare { get; }

    /// <summary>
    /// The part of the weights of <see cref="Matrices"/> that were live in training, the mean over its planned steps; null where training was not sparse, and for models of earlier versions.
    /// </summary>
    public double? MeanTrainingDensity { get; }

    /// <summary>
    /// The largest such part: the memory and the time that the densest step would take. It is 1 for methods that train all weights at first or keep them aside; Snip, GraSP and SynFlow only look at
    /// them before the first step, which does not count.
    /// </summary>
    public double? PeakTrainingDensity { get; }

    /// <summary>
    /// The floating-point operations of a training step for one step of a sequence, one vector or one pixel, the mean over the training: those of the weights that were live, three times, for
    /// the outputs and the gradients of inputs and weights (Evci et al. 2020, arXiv 1911.11134, appendix). Gradients of all weights, which RigL and GraNet take at each
    /// change of the mask, are not counted. The kernels compute <see cref="DenseTrainingFlops"/>.
    /// </summary>
    public double TrainingFlops => DenseTrainingFlops * (MeanTrainingDensity ?? 1);

    /// <summary>Those of training with all weights.</summary>
    public long DenseTrainingFlops => 3 * DenseFlops;

    /// <summary>The table: a line for each matrix, then the sums.</summary>
    public override string ToString()
    {
        var width = Matrices.Select(matrix => matrix.Name.Length).Append("all matrices".Length).Max();
        var table = new StringBuilder();
        Line("matrix", "weights", "not 0", "density");
        foreach (var matrix in Matrices)
        {
            Line(matrix.Name, Number(matrix.Count), Number(matrix.NonZeroCount), Share(matrix.Density));
        }
        Line("all matrices", Number(DenseFlops / 2), Number(SparseFlops / 2), Share(Density));
        table.Append(string.Create(CultureInfo.InvariantCulture,
            $"Parameters: {NonZeroCount:n0} of {ParameterCount:n0} are not 0. Bytes: {WeightBytes:n0} in memory, {PackedBytes:n0} in a file. "));
        table.Append(string.Create(CultureInfo.InvariantCulture, $"FLOPs per step: {SparseFlops:n0} of {DenseFlops:n0} are of weights that are not 0."));
        if (ExploredShare is { } explored)
        {
            table.Append(string.Create(CultureInfo.InvariantCulture, $" Live at some time: {explored:p1} of the weights."));
        }
        if (MeanTrainingDensity is { } mean)
        {
            table.Append(string.Create(CultureInfo.InvariantCulture,
                $" FLOPs per step of training: {TrainingFlops:n0} of {DenseTrainingFlops:n0}, with a density of {mean:p1} on average and {PeakTrainingDensity:p1} at most."));
        }
        return table.ToString();

        void Line(string name, string count, string nonZero, string density) =>
            table.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(width)} {count,12} {nonZero,12} {density,9}"));
    }

    internal static SparsityReport Of(Network network, ModelDescription description, byte[]? packed)
    {
        var weights = Safetensors.Save(network);
        var parameters = network.parameters().ToList();
        return new SparsityReport(
            [.. IWeightMatrices.Of(network).Select(found => new MatrixSparsity(
                found.Name, found.Parameter.shape, found.Parameter.numel(), NonZeros(found.Parameter)))],
            parameters.Sum(parameter => parameter.numel()), parameters.Sum(NonZeros), weights.Length, Packed(packed ?? weights), description);
    }

    private static string Number(long value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("p2", CultureInfo.InvariantCulture);

    private static long NonZeros(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return parameter.count_nonzero().cpu().Item<long>();
    }

    private static long Packed(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(bytes);
        }
        return packed.Length;
    }
}
