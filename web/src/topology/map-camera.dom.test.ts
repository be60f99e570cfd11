import { expect, test } from 'vitest';
import { fittedView, MapCamera, zoomedView } from './map-camera.ts';

function cameraInRoom() {
  const [room, plane] = [document.createElement('div'), document.createElement('div')];
  room.append(plane);
  Object.assign(room, { setPointerCapture: () => {} });
  Object.defineProperties(room, { clientWidth: { value: 400 }, clientHeight: { value: 200 } });
  const camera = new MapCamera();
  const pressed: Element[] = [];
  const detach = camera.attach(room, plane, (target) => pressed.push(target));
  const point = (type: string, x: number, y: number, pointerId = 1) =>
    plane.dispatchEvent(
      new PointerEvent(type, {
        pointerId,
        clientX: x,
        clientY: y,
        button: type === 'pointermove' ? -1 : 0,
        bubbles: true,
      }),
    );
  const click = () => plane.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  return { camera, room, plane, pressed, detach, point, click };
}

test('[MAP6] the whole map is shown in the middle of its room, and only so large', () => {
  expect(fittedView({ width: 800, height: 200 }, { width: 400, height: 200 }, 1.4)).toEqual({ x: 0, y: 50, zoom: 0.5 });
  expect(fittedView({ width: 100, height: 100 }, { width: 400, height: 200 }, 1.4)).toEqual({
    x: 130,
    y: 30,
    zoom: 1.4,
  });
});

test('[MAP6] zooming keeps what is under the pointer where it is, and ends at its limits', () => {
  expect(zoomedView({ x: 10, y: 20, zoom: 1 }, 2, { x: 110, y: 20 })).toEqual({ x: -90, y: 20, zoom: 2 });
  expect(zoomedView({ x: 0, y: 0, zoom: 2 }, 9, { x: 0, y: 0 }).zoom).toBe(3);
});

test('[MAP6] a drag moves the map and presses nothing; a press that hardly moves presses', () => {
  const { camera, plane, pressed, point, click } = cameraInRoom();
  point('pointerdown', 50, 50);
  point('pointermove', 52, 51);
  point('pointerup', 52, 51);
  click();
  expect(pressed).toEqual([plane]);
  expect(camera.view).toEqual({ x: 0, y: 0, zoom: 1 });
  point('pointerdown', 50, 50);
  point('pointermove', 80, 40);
  point('pointerup', 80, 40);
  click();
  expect(pressed).toEqual([plane]);
  expect(plane.style.transform).toBe('translate(30px, -10px) scale(1)');
});

test('[MAP6] two fingers move and zoom the map; the wheel zooms it where it points', () => {
  const { camera, plane, point } = cameraInRoom();
  point('pointerdown', 100, 100, 1);
  point('pointerdown', 200, 100, 2);
  point('pointermove', 300, 100, 2);
  expect(camera.view).toEqual({ x: -100, y: -100, zoom: 2 });
  point('pointerup', 100, 100, 1);
  point('pointerup', 300, 100, 2);
  plane.dispatchEvent(
    new WheelEvent('wheel', { deltaY: 500, clientX: 0, clientY: 0, bubbles: true, cancelable: true }),
  );
  expect(camera.view.zoom).toBe(1);
});

test('[MAP6] a camera that was let go of moves nothing', () => {
  const { camera, plane, detach, point } = cameraInRoom();
  detach();
  point('pointerdown', 50, 50);
  point('pointermove', 90, 90);
  camera.fit({ width: 100, height: 100 }, 1);
  expect(plane.style.transform).toBe('translate(0px, 0px) scale(1)');
});
