using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Scoring;

/// <summary>The norms of what the matrices of a network read, over the first rows of data.</summary>
internal sealed class MatrixInputs : IDisposable
{
    // Rows of one length that are computed together.
    private const int Together = 64;

    private readonly InputTrace _trace = new();

    private MatrixInputs()
    {
    }

    /// <exception cref="InvalidOperationException">There are no rows.</exception>
    public static MatrixInputs Read(Network network, BoundInput bound, IDataView data, ModelDescription description, Device device, int most)
    {
        var store = new RowStore();
        using (var cursor = data.GetRowCursor(bound.Sources))
        {
            var reader = bound.Open(cursor, IBounded.RangeOf(network));
            while (store.Count < most && cursor.MoveNext())
            {
                var values = reader.Read();
                store.Add(values, values.Length / description.Input.Channels, label: [], weight: 1);
            }
        }
        if (store.Count == 0)
        {
            throw new InvalidOperationException("There are no rows whose activations could be measured.");
        }
        var inputs = new MatrixInputs();
        try
        {
            using var _ = no_grad();
            // Of one length, so that there is no padding.
            foreach (var rows in Enumerable.Range(0, store.Count).GroupBy(store.Steps).SelectMany(group => group.Chunk(Together)))
            {
                using var scope = NewDisposeScope();
                network.call(BatchBuilder.Inputs(store, rows, description.Input, device));
            }
            return inputs;
        }
        catch
        {
            inputs.Dispose();
            throw;
        }
    }

    /// <summary>The norms for a matrix, which spread over its shape.</summary>
    /// <exception cref="InvalidOperationException">Its layer does not report what it reads.</exception>
    public Tensor NormsOf(Parameter parameter, IReadOnlyList<SparseMatrix> matrices) => _trace.Of(parameter) is { } squares
        ? squares.sqrt().to_type(ScalarType.Float32) : throw new InvalidOperationException(
            $"'{matrices.First(matrix => matrix.Parameter.Handle == parameter.Handle).Name}' is in a layer that does not report what it reads. Leave it out by ParameterNames, or prune by magnitude, without data.");

    public void Dispose() => _trace.Dispose();
}
