using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

public static partial class ParaRnnCatalog
{
    /// <summary>Creates a multiclass ParaRNN trainer with a custom cell.</summary>
    /// <typeparam name="TCell">The cell, which must be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Numerics.Recurrence;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// ParaRnnCells.Register<Decay>("Decay");    // the name in model files
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("train.ts");
    /// var trainer = ml.MulticlassClassification.Trainers.ParaRnn<Decay>(new ParaRnnOptions { HiddenSize = 64 });
    /// var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(trainer).Fit(train);
    /// ml.Model.Save(model, train.Schema, "model.zip");
    ///
    /// readonly struct Decay : IRecurrentCell<Decay>
    /// {
    ///     public static int Gates => 1;
    ///     public static int States => 1;
    ///     public static int Parameters => 1;
    ///
    ///     public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
    ///         where T : ILane<T> where TInput : IInputs<T> where TRows : IRows<T> => next[0] = T.Tanh((a[0] * previous[0]) + x[0]);
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ParaRnn.html">docs/ParaRnn.md</seealso>
    public static ParaRnnTrainer ParaRnn<TCell>(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());

    /// <summary>Creates a binary ParaRNN trainer with a custom cell.</summary>
    /// <typeparam name="TCell">The cell, which must be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Numerics.Recurrence;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// ParaRnnCells.Register<Decay>("Decay");    // the name in model files
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("train.ts");
    /// var trainer = ml.BinaryClassification.Trainers.ParaRnn<Decay>(new ParaRnnOptions { HiddenSize = 64 });
    /// var model = trainer.Fit(train);
    /// ml.Model.Save(model, train.Schema, "model.zip");
    ///
    /// readonly struct Decay : IRecurrentCell<Decay>
    /// {
    ///     public static int Gates => 1;
    ///     public static int States => 1;
    ///     public static int Parameters => 1;
    ///
    ///     public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
    ///         where T : ILane<T> where TInput : IInputs<T> where TRows : IRows<T> => next[0] = T.Tanh((a[0] * previous[0]) + x[0]);
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ParaRnn.html">docs/ParaRnn.md</seealso>
    public static ParaRnnTrainer ParaRnn<TCell>(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());

    /// <summary>Creates a ParaRNN regression trainer with a custom cell.</summary>
    /// <typeparam name="TCell">The cell, which must be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    /// using Microsoft.ML.Extensions.Numerics.Recurrence;
    /// using Microsoft.ML.Extensions.Sequence;
    ///
    /// ParaRnnCells.Register<Decay>("Decay");    // the name in model files
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("train.ts");
    /// var trainer = ml.Regression.Trainers.ParaRnn<Decay>(new ParaRnnOptions { HiddenSize = 64 });
    /// var model = trainer.Fit(train);
    /// ml.Model.Save(model, train.Schema, "model.zip");
    ///
    /// readonly struct Decay : IRecurrentCell<Decay>
    /// {
    ///     public static int Gates => 1;
    ///     public static int States => 1;
    ///     public static int Parameters => 1;
    ///
    ///     public static void Step<T, TInput, TRows>(TInput x, TRows a, TRows previous, TRows next)
    ///         where T : ILane<T> where TInput : IInputs<T> where TRows : IRows<T> => next[0] = T.Tanh((a[0] * previous[0]) + x[0]);
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/ParaRnn.html">docs/ParaRnn.md</seealso>
    public static ParaRnnTrainer ParaRnn<TCell>(this RegressionCatalog.RegressionTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());
}
