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
    public static ParaRnnTrainer ParaRnn<TCell>(this RegressionCatalog.RegressionTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());
}
