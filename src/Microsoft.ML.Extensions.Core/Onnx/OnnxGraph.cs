using System.Runtime.InteropServices;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Onnx;

/// <summary>A graph of ONNX operators of version 12, the newest that ML.NET writes, in the making.</summary>
internal abstract class OnnxGraph
{
    /// <summary>What a file of single steps is given and gives back; null in one of whole rows, and in the steps of a recurrence.</summary>
    public OnnxStream? Stream { get; private set; }

    /// <summary>From here on recurrences go on from earlier runs of the file.</summary>
    /// <inheritdoc cref="OnnxStream(OnnxGraph, OnnxValue, OnnxValue, OnnxValue)"/>
    public OnnxStream BeginStream(OnnxValue steps, OnnxValue state, OnnxValue past) => Stream = new OnnxStream(this, steps, state, past);

    /// <summary>The operators by name.</summary>
    /// <param name="type">The name, such as <c>MatMul</c>.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="attributes">Names with a long, float, string, an array of longs or strings, or a tensor.</param>
    public OnnxValue Op(string type, OnnxValue[] inputs, params (string Name, object Value)[] attributes) => Ops(type, 1, inputs, attributes)[0];

    /// <summary>The first outputs of an operator.</summary>
    /// <inheritdoc cref="Op"/>
    public OnnxValue[] Ops(string type, int count, OnnxValue[] inputs, params (string Name, object Value)[] attributes)
    {
        var outputs = Enumerable.Range(0, count).Select(_ => Fresh()).ToArray();
        Write(type, inputs, outputs, attributes);
        return outputs;
    }

    /// <summary>A constant in single precision; in the file a matrix of <c>ml.Model.Quantize</c> has eight bits a number.</summary>
    public OnnxValue Constant(float[] values, params long[] shape)
    {
        if (RoundedMatrix.Of(values, shape) is not { } rounded)
        {
            return Single(values, shape);
        }
        var tensor = new ProtoMessage();
        Array.ForEach(shape, size => tensor.Add(1, size));
        var whole = Op("Constant", [], ("value", tensor.Add(2, (long)OnnxType.Int8).Add(9, MemoryMarshal.AsBytes<sbyte>(rounded.Whole))));
        return Op("Mul", [Op("Cast", [whole], ("to", (long)OnnxType.Single)), Single(rounded.Scales, rounded.ScaleShape)]);
    }

    /// <summary>A constant in double precision.</summary>
    public abstract OnnxValue Constant(double[] values, params long[] shape);

    /// <summary>A constant of whole numbers.</summary>
    public abstract OnnxValue Constant(long[] values, params long[] shape);

    /// <summary>A tensor in single precision.</summary>
    public OnnxValue Constant(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return Constant(tensor.detach().cpu().to_type(ScalarType.Float32).contiguous().AsSpan().ToArray(), tensor.shape);
    }

    /// <summary>One number, which is combined with values of any shape.</summary>
    public OnnxValue Number(double value) => Constant([(float)value]);

    /// <summary>One number in single or double precision.</summary>
    public OnnxValue Number(double value, OnnxType type) => type == OnnxType.Double ? Constant([value]) : Number(value);

    /// <summary>A recurrence over axis 1 of sequences <c>[N, T, ...]</c>; in a stream it goes on from the steps before.</summary>
    /// <param name="initial">The states before the first step.</param>
    /// <param name="sequences">The sequences.</param>
    /// <param name="reverse">Whether to go from the last step to the first.</param>
    /// <param name="step">Writes a step, from states and the sequences' values: the next states, and outputs <c>[N, ...]</c>.</param>
    /// <param name="type">The precision of states, sequences and outputs.</param>
    /// <returns>The states after the last step, and the outputs of all steps, <c>[N, T, ...]</c>, in the order of the sequence.</returns>
    public (OnnxValue[] Last, OnnxValue[] Outputs) Scan(
        OnnxState[] initial, OnnxValue[] sequences, bool reverse, OnnxStep step, OnnxType type = OnnxType.Single)
    {
        var first = initial.Select(state => Stream?.Read(state, type) ?? this.InitialFor(sequences[0], state, type)).ToArray();
        var body = new OnnxBody(Fresh().Name, type);
        var states = body.Inputs(initial.Length);
        var (next, outputs) = step(body, states, body.Inputs(sequences.Length));
        var results = new[] { next, outputs }.SelectMany(values => values.Select(value => body.Op("Identity", [value]))).ToArray();
        var last = initial.Select(_ => Fresh()).ToArray();
        var all = outputs.Select(_ => Fresh()).ToArray();
        long[] Each(int count, long value) => [.. Enumerable.Repeat(value, count)];
        var direction = reverse ? 1L : 0L;
        WriteWithBody("Scan", [.. first, .. sequences], [.. last, .. all], body.Finish(results),
            ("num_scan_inputs", (long)sequences.Length),
            ("scan_input_axes", Each(sequences.Length, 1)), ("scan_input_directions", Each(sequences.Length, direction)),
            ("scan_output_axes", Each(outputs.Length, 1)), ("scan_output_directions", Each(outputs.Length, direction)));
        if (Stream is { } stream)
        {
            Array.ForEach(last, stream.Write);
        }
        return (last, all);
    }

    /// <summary>A constant in single precision, as it is.</summary>
    protected abstract OnnxValue Single(float[] values, long[] shape);

    /// <summary>A new name.</summary>
    protected abstract OnnxValue Fresh();

    /// <summary>Adds an operator.</summary>
    protected abstract void Write(string type, OnnxValue[] inputs, OnnxValue[] outputs, (string Name, object Value)[] attributes);

    /// <summary>Adds an operator that has a graph as its attribute <c>body</c>.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="body">The graph, as in the file.</param>
    /// <param name="attributes">The other attributes.</param>
    protected abstract void WriteWithBody(
        string type, OnnxValue[] inputs, OnnxValue[] outputs, ProtoMessage body, params (string Name, object Value)[] attributes);
}

/// <summary>Writes a step of a recurrence.</summary>
/// <param name="body">The graph of the step.</param>
/// <param name="states">The states before it.</param>
/// <param name="inputs">The values of the sequences.</param>
internal delegate (OnnxValue[] Next, OnnxValue[] Outputs) OnnxStep(OnnxGraph body, OnnxValue[] states, OnnxValue[] inputs);
