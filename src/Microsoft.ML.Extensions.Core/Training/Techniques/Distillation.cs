using Microsoft.ML.Extensions.Columns;
using Microsoft.ML.Extensions.Networks;
using Microsoft.ML.Extensions.Tasks;
using Microsoft.ML.Extensions.Torch;
using static TorchSharp.torch;

namespace Microsoft.ML.Extensions.Training;

/// <summary>Adds the distance of outputs to those of a teacher to the loss; <see cref="DistillationOptions"/> is its paper note.</summary>
internal sealed class Distillation : TrainingTechnique, ITechnique
{
    // Far from the indices of epochs, ensembles and other techniques.
    private const long MixtureStream = 1L << 44;

    private readonly DistillationOptions _options;
    private readonly TechniqueContext _context;
    private readonly TeacherNetwork _teacher;
    private readonly KnownOutputs? _known;
    private Tensor? _wanted;

    private Distillation(DistillationOptions options, TechniqueContext context, TeacherNetwork teacher)
    {
        (_options, _context, _teacher) = (options, context, teacher);
        _known = options.Known;
        options.Start?.Invoke(context.Network);
    }

    private TaskHead Head => _context.Head;

    // Outputs inside such a network may be those of parts of rows, or in other units.
    private bool HasOwnLoss => _context.Network is IOwnLoss;

    public static TrainingTechnique? For(TechniqueContext context)
    {
        if (context.Options.Distillation is not { Weight: > 0 } options)
        {
            return null;
        }
        var run = context.Run;
        if (options.MixRows && context.Data.Columns.Input.Kind == InputKind.Tokens)
        {
            throw new InvalidOperationException(
                $"Training.Distillation.MixRows is true, and feature column '{context.Data.Columns.Input.Name}' is of tokens, which cannot be mixed; set it to false.");
        }
        if (context.Head.LabelsHoldTeacher)
        {
            options.Start?.Invoke(context.Network);
            return new LabelledDistillation(options, context.Head);
        }
        var teacher = options.Use(given => given.Teach(new GuideRequest(
            context.Data.Columns.Input, context.Head, context.Data.Channels, run.Seed, run.Device, long.MaxValue, run.CheckAlive,
                "Training.Distillation.Teacher")));
        try
        {
            Check(teacher.Head, context.Head);
            return new Distillation(options, context, teacher);
        }
        catch
        {
            teacher.Dispose();
            throw;
        }
    }

    public override Tensor Objective(InputBatch rows, long step, Func<Tensor> loss)
    {
        // Outputs of another batch differ in their last bits, so a run that goes on from a checkpoint could not use them.
        _wanted = _known is null ? _teacher.Outputs(rows) : _known.Of(rows, () => _teacher.Outputs(rows));
        var total = HasOwnLoss ? loss().Plus(Distance(rows, _wanted), _options.Weight) : loss();
        _wanted = null;
        if (!_options.MixRows || rows.Rows < 2)
        {
            return total;
        }
        var mixed = Mixed(rows, step);
        return total.Plus(Distance(mixed, _teacher.Outputs(mixed)), _options.Weight);
    }

    public override OutputLoss Loss(OutputLoss loss) => HasOwnLoss ? loss : (outputs, labels) =>
        loss(outputs, labels).Plus(Head.Distance(outputs, _wanted!, _teacher.Head, _options.Temperature), _options.Weight);

    public override void Dispose() => _teacher.Dispose();

    private Tensor Distance(InputBatch rows, Tensor wanted) =>
        Head.Distance(_context.Network.call(rows), wanted, _teacher.Head, _options.Temperature).mean();

    // Each row with another one of the batch; the shorter one is 0 after its end, as padding is.
    private InputBatch Mixed(InputBatch rows, long step)
    {
        var random = new Random(SeedSequence.Derive(_context.Run.Seed, MixtureStream + step));
        var order = Enumerable.Range(0, rows.Rows).Select(row => (long)row).ToArray();
        random.Shuffle(order);
        var device = rows.Values.device;
        long[] perRow = [rows.Rows, .. Enumerable.Repeat(1L, (int)rows.Values.dim() - 1)];
        var part = tensor(order.Select(_ => random.NextSingle()).ToArray(), perRow, device: device);
        var others = rows.Values.index_select(0, tensor(order, device: device));
        return new InputBatch(others.Plus(rows.Values.Minus(others) * part),
            [.. order.Select((other, row) => Math.Max(rows.Lengths[row], rows.Lengths[other]))]);
    }

    private static void Check(TaskHead teacher, TaskHead student)
    {
        TaskMatch.Check("Training.Distillation.Teacher", teacher, student, "Take a teacher for the same label.");
        if (student.DistanceObstacle is { } obstacle)
        {
            throw new InvalidOperationException($"Training.Distillation cannot be used: {obstacle}; set it to null.");
        }
    }
}
